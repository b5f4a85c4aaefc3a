-- free ends the charge of parts whose chunks are deleted, and returns how
-- many entries and bytes that was. ARGV: now, id, …
local entries, bytes = 0, 0
for i = 2, #ARGV do
  if redis.call('ZREM', base .. 'dead', ARGV[i]) == 1 then
    local own, counted = part(ARGV[i])
    entries, bytes = entries + counted, bytes + own
    redis.call('DEL', entry(ARGV[i]), leases(ARGV[i]))
  end
end
redis.call('HINCRBY', base .. 'held', 'bytes', int(0 - bytes))
redis.call('HINCRBY', base .. 'held', 'entries', int(0 - entries))
return reply('ok', '', {int(entries), int(bytes)})
