local function put(key, id, vector, text)
  return redis.pcall('VADD', key, 'FP32', vector, id, '$quantisation', 'EF', '$ef_construction', 'SETATTR', text, 'M', '$m')
end
local function remove(key, id)
  return redis.pcall('VREM', key, id)
end
local function count(key)
  return redis.call('VCARD', key)
end
