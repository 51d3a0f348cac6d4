-- Begins a new generation, which expires unless it is worked on; asked again by the same rebuild: the same generation.
-- KEYS: lock, generation counter. ARGV: token, time to live in ms, base.
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return {'LOCK', redis.call('PTTL', KEYS[1])}
end
local generation = redis.call('GET', KEYS[2])
if not generation or redis.call('HMGET', ARGV[3] .. 'state' .. generation, 'born')[1] ~= ARGV[1] then
  generation = redis.call('INCR', KEYS[2])
  local state = ARGV[3] .. 'state' .. generation
  redis.call('HSET', state, 'generation', generation, 'epoch', 0, 'offset', -1, 'entries', 0, 'born', ARGV[1], 'whole', 1)
  redis.call('PEXPIRE', state, ARGV[2] * 10)
end
return {'OK', tonumber(generation)}
