-- commit lets readers find an entry whose chunks are all written.
--
-- ARGV: now, id, key, key superseded, manifest, expires (0 is never), idle (0 is any)
local id, key, superseded = ARGV[2], ARGV[3], ARGV[4]

if redis.call('HGET', base .. 'current', key) == id then
  return reply('ok') -- the answer to the first try was lost
end
if redis.call('ZREM', base .. 'writing', id) == 0 then
  return reply('lapsed')
end
local old = redis.call('HMGET', base .. 'current', key, superseded)
if old[1] then drop(old[1]) end
if old[2] and superseded ~= key then
  bury(drop(old[2]), 'superseded', '0', ARGV[1])
end
redis.call('HDEL', base .. 'tombs', key)
redis.call('SET', manifest(key), ARGV[5])
redis.call('HSET', base .. 'current', key, id)
redis.call('HSET', entry(id), 'expires', ARGV[6], 'idle', ARGV[7])
use(id)
return reply('ok')
