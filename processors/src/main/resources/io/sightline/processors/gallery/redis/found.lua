-- Begins a gallery where it has no state yet. KEYS: state, generation counter. ARGV: born. Returns the state.
if redis.call('EXISTS', KEYS[1]) == 0 then
  local generation = redis.call('INCR', KEYS[2])
  redis.call('HSET', KEYS[1], 'generation', generation, 'epoch', 0, 'offset', -1, 'entries', 0, 'born', ARGV[1], 'whole', 0)
end
return redis.call('HMGET', KEYS[1], 'generation', 'epoch', 'offset', 'entries', 'born', 'whole')
