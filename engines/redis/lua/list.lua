-- list returns all keys, or for each of the given ones that has an entry: id,
-- last use, since when it has expired, and the manifest. ARGV: now, key, …
if #ARGV == 1 then
  return reply('ok', '', redis.call('HKEYS', base .. 'current'))
end
local list = {}
for i = 2, #ARGV do
  local id = redis.call('HGET', base .. 'current', ARGV[i])
  if id then
    for _, v in ipairs({
      ARGV[i], int(used(id)), redis.call('HGET', entry(id), 'ended') or '', redis.call('GET', manifest(ARGV[i])) or '',
    }) do list[#list + 1] = v end
  end
end
return reply('ok', redis.call('HGET', base .. 'tombs', ARGV[2]) or '', list)
