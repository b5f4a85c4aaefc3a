-- lease renews leases, or ends those for which the new end is not after now.
-- ARGV: now, end, then id, reader, …
for i = 3, #ARGV, 2 do
  if tonumber(ARGV[2]) <= now then
    redis.call('ZREM', leases(ARGV[i]), ARGV[i + 1])
  elseif redis.call('HEXISTS', entry(ARGV[i]), 'key') == 1 then
    redis.call('ZADD', leases(ARGV[i]), ARGV[2], ARGV[i + 1])
  end
end
return reply('ok')
