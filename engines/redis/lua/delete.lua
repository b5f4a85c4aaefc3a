-- delete drops the entry of a key. ARGV: now, key
local id = redis.call('HGET', base .. 'current', ARGV[2])
if id then drop(id) end
redis.call('HDEL', base .. 'tombs', ARGV[2])
return reply('ok')
