-- Searches a gallery in one state. KEYS: state. ARGV: base, most entries of a gallery that is searched exactly,
-- then for each search the number of arguments that follow, and these. Returns the state, the entries there, and for each search ids with
-- scores and the texts of these ids.
local state = redis.call('HMGET', KEYS[1], 'generation', 'epoch', 'offset', 'entries', 'born', 'whole')
if not state[1] then
  return {state}
end
local key = ARGV[1] .. 'g' .. state[1]
local there = redis.call('VCARD', key)
local answer = {state, there}
local i = 3
while i <= #ARGV do
  local command = {'VSIM', key}
  for a = i + 1, i + ARGV[i] do
    command[#command + 1] = ARGV[a]
  end
  if there <= tonumber(ARGV[2]) then
    command[#command + 1] = 'TRUTH'
  end
  local found = redis.call(unpack(command))
  local texts = {}
  for f = 1, #found, 2 do
    texts[#texts + 1] = redis.call('VGETATTR', key, found[f])
  end
  answer[#answer + 1] = found
  answer[#answer + 1] = texts
  i = i + ARGV[i] + 1
end
return answer
