-- abandon ends a reservation, unless the entry was committed and only the
-- answer was lost. ARGV: now, id
if redis.call('HEXISTS', entry(ARGV[2]), 'expires') == 1 then
  return reply('kept')
end
if redis.call('ZREM', base .. 'writing', ARGV[2]) == 1 then
  redis.call('ZADD', base .. 'garbage', ARGV[1], ARGV[2])
end
return reply('ok')
