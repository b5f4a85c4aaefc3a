#!lua
-- count adds to a number, and returns it as text: a number of Lua has 53 bits. It is
-- not a part of the ledger, and lies on any node.
--
-- KEYS: the number, a hash: n, expires, idle, used
-- ARGV: now, delta; ttl and idle of a number that begins now; in microseconds, 0 is without end
local now = tonumber(ARGV[1])

local function int(n) return string.format('%.0f', n) end

local c = redis.call('HMGET', KEYS[1], 'expires', 'idle', 'used')
local expires, idle, used = tonumber(c[1] or '0'), tonumber(c[2] or '0'), tonumber(c[3] or '0')
if not c[1] or (expires > 0 and now >= expires) or (idle > 0 and now >= used + idle) then
  if ARGV[2] == '0' then return '0' end
  expires, idle = 0, tonumber(ARGV[4])
  if ARGV[3] ~= '0' then expires = now + tonumber(ARGV[3]) end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'expires', int(expires), 'idle', int(idle))
end
redis.call('HINCRBY', KEYS[1], 'n', ARGV[2])
redis.call('HSET', KEYS[1], 'used', int(now))

-- The server forgets it a minute after its end, if nobody asks for it any more.
local life = idle
if expires > 0 and (life == 0 or expires - now < life) then life = expires - now end
if life > 0 then
  redis.call('PEXPIRE', KEYS[1], int(math.ceil(life / 1000) + 60000))
end
return redis.call('HGET', KEYS[1], 'n')
