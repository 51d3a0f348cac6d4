local function put(key, id, vector, text)
  local entry = key .. ':e:' .. id
  local new = 1 - redis.call('EXISTS', entry)
  local result = redis.pcall('HSET', entry, 'v', vector, 'i', id, 't', text)
  if type(result) == 'table' and result.err then
    return result
  end
  return new
end
local function remove(key, id)
  return redis.pcall('DEL', key .. ':e:' .. id)
end
local function count(key)
  return nil
end
