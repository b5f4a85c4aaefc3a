-- commit lets readers find an entry whose chunks are all written.
--
-- ARGV: now, id, claim or '', manifest, expires (0 is never), idle (0 is any),
-- stale, quota of the owner, lease, then the keys that it supersedes
local id = ARGV[2]
local e = redis.call('HMGET', entry(id), 'key', 'bytes', 'owner', 'slot')
local key, owner, slot = e[1], e[3], e[4]

if not key then
  return reply('lapsed')
end
if redis.call('HGET', base .. 'current', key) == id then
  return reply('ok') -- the answer to the first try was lost
end
if not redis.call('ZSCORE', base .. 'writing', id) then
  return reply('lapsed')
end
if ARGV[3] ~= '' and string.match(redis.call('GET', base .. 'claim:' .. key) or '', '^%S+') ~= ARGV[3] then
  return reply('fenced')
end

local ends, spared = {}, {}
local function replaces(v)
  if v and not spared[v] then ends[#ends + 1], spared[v] = v, true end
end
replaces(redis.call('HGET', base .. 'current', key))
for i = 10, #ARGV do
  replaces(redis.call('HGET', base .. 'current', ARGV[i]))
end
if slot ~= '' then
  replaces(redis.call('HGET', base .. 'slots', owner .. '/' .. slot))
end
-- Room was made before it was written; the owner may have put others since.
local own = own_room(owner, tonumber(e[2]), tonumber(ARGV[8]), tonumber(ARGV[9]), spared)
if not own then return reply('quota') end

redis.call('ZREM', base .. 'writing', id)
for _, v in ipairs(own) do evict(v, 'owner') end
for _, v in ipairs(ends) do bury(drop(v), 'superseded', '0', ARGV[1]) end
for i = 10, #ARGV do -- those that had to go before
  if string.match(redis.call('HGET', base .. 'tombs', ARGV[i]) or '', '^evicted') then
    bury(ARGV[i], 'superseded', '0', ARGV[1])
  end
end
redis.call('HDEL', base .. 'tombs', key)
redis.call('SET', manifest(key), ARGV[4])
redis.call('HSET', base .. 'current', key, id)
redis.call('HSET', entry(id), 'expires', ARGV[5], 'idle', ARGV[6], 'stale', ARGV[7])
if owner ~= '' then
  redis.call('SADD', owned(owner), id)
  redis.call('HINCRBY', base .. 'quotas', owner, e[2])
  if slot ~= '' then redis.call('HSET', base .. 'slots', owner .. '/' .. slot, id) end
end
use(id)
return reply('ok')
