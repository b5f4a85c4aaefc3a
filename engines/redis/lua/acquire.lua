-- acquire finds an entry, notes its use, and keeps it from being deleted until
-- the lease ends. It returns the id and, behind it, the manifest.
--
-- ARGV: now, key, reader, end of the lease
local key = ARGV[2]

local id = redis.call('HGET', base .. 'current', key)
if not id then
  return reply('gone', redis.call('HGET', base .. 'tombs', key) or '')
end
local m = redis.call('GET', manifest(key))
if not m then
  bury(drop(id), 'corrupt', '0', ARGV[1])
  return reply('broken')
end
use(id)
redis.call('ZADD', leases(id), ARGV[4], ARGV[3])
return reply('ok', id .. m)
