/**
 * Takes from a bucket inside Redis or Valkey, in one step for all who share it:
 * what `amountAt` and `grantOf` do here, by the store's own clock. A bucket is
 * forgotten when it is full again.
 *
 * KEYS: the bucket. ARGV: capacity, what comes back a second, least, most.
 * Answers what was granted, and what is left as text, because the store cuts
 * fractions off numbers. Numbers are kept with 17 digits, which is every digit of
 * a double; Lua's own tostring has 14.
 */
export const takeScript = `
local capacity, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local least, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now_ms = time[1] * 1000 + time[2] / 1000
local known = redis.call('HMGET', KEYS[1], 'amount', 'at_ms')
local amount = capacity
if known[1] and known[2] then
  amount = math.min(capacity, known[1] + math.max(0, now_ms - known[2]) * per_second / 1000)
end
local granted = math.min(most, math.floor(amount))
if granted < least then granted = 0 end
amount = math.min(capacity, amount - granted)
if amount >= capacity then
  redis.call('DEL', KEYS[1])
elseif granted ~= 0 then
  redis.call('HSET', KEYS[1], 'amount', string.format('%.17g', amount), 'at_ms', string.format('%.17g', now_ms))
  local full_after_ms = math.min(1e13, math.ceil((capacity - amount) * 1000 / per_second))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', full_after_ms))
end
return { granted, string.format('%.17g', amount) }
`;
