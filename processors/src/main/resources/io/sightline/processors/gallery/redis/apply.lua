-- Applies edits, those at or below the state's offset not. The functions put, remove and count stand before this text.
-- KEYS: state, lock. ARGV: base, offset that must have been reached, token of the rebuild or '', its time to live in ms,
-- then for each edit P, id, epoch, offset, vector, text or R, id, epoch, offset.
local token = ARGV[3]
if token ~= '' and redis.call('GET', KEYS[2]) ~= token then
  return {'LOCK'}
end
local state = redis.call('HMGET', KEYS[1], 'generation', 'epoch', 'offset', 'entries')
if not state[1] then
  return {'LOST', 'no state'}
end
local key = ARGV[1] .. 'g' .. state[1]
local epoch, offset, entries = tonumber(state[2]), tonumber(state[3]), tonumber(state[4])
-- An edit before these that failed, or a server that lost its latest writes, must not be passed over.
if offset < tonumber(ARGV[2]) then
  return {'LOST', 'offset ' .. state[3] .. ' (expected: >= ' .. ARGV[2] .. ')'}
end
local there = count(key)
if there and there ~= entries then
  return {'LOST', there .. ' entries (expected: ' .. entries .. ')'}
end
local failure
local changed = false
local i = 5
while i <= #ARGV do
  local isPut = ARGV[i] == 'P'
  local at = tonumber(ARGV[i + 3])
  if at > offset then
    local result
    if isPut then
      result = put(key, ARGV[i + 1], ARGV[i + 4], ARGV[i + 5])
    else
      result = remove(key, ARGV[i + 1])
    end
    if type(result) == 'table' and result.err then
      failure = result.err
      break
    end
    entries = entries + (isPut and result or -result)
    epoch = math.max(epoch, tonumber(ARGV[i + 2]))
    offset = at
    changed = true
  end
  i = i + (isPut and 6 or 4)
end
if changed then
  redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'offset', string.format('%.0f', offset), 'entries', string.format('%.0f', entries))
end
if token ~= '' then
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[4] * 10)
  redis.call('PEXPIRE', key, ARGV[4] * 10)
end
if failure then
  return {'FAILED', failure}
end
return {'OK'}
