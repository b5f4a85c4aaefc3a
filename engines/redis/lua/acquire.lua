-- acquire finds an entry, notes its use, and keeps it from being deleted until
-- the lease ends. It returns the id and, behind it, the manifest. One that has
-- expired is found only by who asks for it, and is not used by that.
--
-- ARGV: now, key, reader, end of the lease, '1' to have what has expired
local key = ARGV[2]

local id = redis.call('HGET', base .. 'current', key)
if not id then
  return reply('gone', redis.call('HGET', base .. 'tombs', key) or '')
end
local ended = redis.call('HGET', entry(id), 'ended')
if ended and ARGV[5] ~= '1' then
  return reply('gone', 'expired 0 ' .. ended)
end
local m = redis.call('GET', manifest(key))
if not m then
  bury(drop(id), 'corrupt', '0', ARGV[1])
  return reply('broken')
end
if not ended then use(id) end
redis.call('ZADD', leases(id), ARGV[4], ARGV[3])
return reply(ended and 'expired' or 'ok', id .. m)
