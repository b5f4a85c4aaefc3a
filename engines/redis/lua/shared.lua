#!lua flags=allow-oom
-- What all scripts share. They are the ledger of a store: atomic, and the same
-- for all processes. All its keys have one hash tag, so they lie in one slot.
-- Times are microseconds since 1970, which a Lua number holds exactly; they go
-- back to Redis as they came or through %.0f, never through "..".
--
--   held             hash: bytes, entries; what is charged
--   current          hash: key → id of the entry that is found under it
--   manifest:<key>   the manifest of that entry, which clients cache
--   entry:<id>       hash: key, bytes, chunks, expires, idle
--   leases:<id>      zset: reader → end of its lease
--   mortal, eternal  zsets: id → last use; of entries that expire, and of others
--   deadlines        zset: id → when it expires
--   writing          zset: id → end of the reservation of who writes its chunks
--   garbage          zset: id → since when; still charged, chunks not yet deleted
--   tombs, graveyard hash: key → why it is gone; list of such keys, oldest first

local base = KEYS[1] .. ':'
local now = tonumber(ARGV[1])
local expired, evicted = 0, {bytes = 0, entries = 0}

local function entry(id) return base .. 'entry:' .. id end
local function leases(id) return base .. 'leases:' .. id end
local function manifest(key) return base .. 'manifest:' .. key end
local function int(n) return string.format('%.0f', n) end

local function leased(id)
  redis.call('ZREMRANGEBYSCORE', leases(id), '-inf', ARGV[1])
  return redis.call('EXISTS', leases(id)) == 1
end

-- bury keeps the reason for the 4096 keys that went last.
local function bury(key, cause, limit, when)
  redis.call('HSET', base .. 'tombs', key, cause .. ' ' .. limit .. ' ' .. when)
  if redis.call('RPUSH', base .. 'graveyard', key) > 4096 then
    redis.call('HDEL', base .. 'tombs', redis.call('LPOP', base .. 'graveyard'))
  end
end

-- drop hides an entry. It is charged until its chunks are deleted.
local function drop(id)
  local key = redis.call('HGET', entry(id), 'key')
  redis.call('DEL', manifest(key))
  redis.call('HDEL', base .. 'current', key)
  for _, set in ipairs({'mortal', 'eternal', 'deadlines'}) do
    redis.call('ZREM', base .. set, id)
  end
  redis.call('ZADD', base .. 'garbage', ARGV[1], id)
  return key
end

-- expire ends the entries, and the reservations of dead writers, whose time has come.
local function expire()
  local due = redis.call('ZRANGEBYSCORE', base .. 'deadlines', '-inf', ARGV[1], 'WITHSCORES')
  for i = 1, #due, 2 do
    bury(drop(due[i]), 'expired', '0', due[i + 1])
    expired = expired + 1
  end
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'writing', '-inf', ARGV[1])) do
    redis.call('ZREM', base .. 'writing', id)
    redis.call('ZADD', base .. 'garbage', ARGV[1], id)
  end
end

-- use notes a use of an entry now.
local function use(id)
  local e = redis.call('HMGET', entry(id), 'expires', 'idle')
  local expires, idle = tonumber(e[1]), tonumber(e[2])
  if idle > 0 and (expires == 0 or now + idle < expires) then
    expires = now + idle
  end
  if expires == 0 then
    redis.call('ZADD', base .. 'eternal', ARGV[1], id)
  else
    redis.call('ZADD', base .. 'mortal', ARGV[1], id)
    redis.call('ZADD', base .. 'deadlines', int(expires), id)
  end
end

-- garbage returns id, number of chunks, … of what nobody reads, 64 entries at most.
local function garbage()
  local out = {}
  for _, id in ipairs(redis.call('ZRANGE', base .. 'garbage', 0, -1)) do
    if #out < 128 and not leased(id) then
      out[#out + 1] = id
      out[#out + 1] = redis.call('HGET', entry(id), 'chunks')
    end
  end
  return out
end

local function held()
  local h = redis.call('HMGET', base .. 'held', 'bytes', 'entries')
  return tonumber(h[1] or '0'), tonumber(h[2] or '0')
end

-- reply is what every script returns; the other end is the type reply in ledger.go.
local function reply(status, detail)
  local bytes, entries = held()
  return {status, detail or '', garbage(), expired, evicted.bytes, evicted.entries, int(bytes), int(entries)}
end

expire()
