-- free ends the charge of garbage whose chunks are deleted. ARGV: now, id, …
for i = 2, #ARGV do
  if redis.call('ZREM', base .. 'garbage', ARGV[i]) == 1 then
    redis.call('HINCRBY', base .. 'held', 'bytes', '-' .. redis.call('HGET', entry(ARGV[i]), 'bytes'))
    redis.call('HINCRBY', base .. 'held', 'entries', -1)
    redis.call('DEL', entry(ARGV[i]), leases(ARGV[i]))
  end
end
return reply('ok')
