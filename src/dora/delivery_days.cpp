#include "dora/delivery_days.hpp"

#include <charconv>
#include <unordered_set>

namespace evenkeel::dora {
namespace {

constexpr char field_end = '\x1f', record_end = '\x1e';
constexpr std::int64_t day_millis = 86'400'000;

// ---- writing ------------------------------------------------------------------------------------------------------------

void put(std::string& out, const std::string& text) {
  for (const char c : text)
    if (c != field_end && c != record_end) out += c;
  out += field_end;
}
void put(std::string& out, std::int64_t number) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
  out += field_end;
}
void put(std::string& out, const store::Row& row, std::size_t column) {
  if (row.null(column))
    out += field_end;
  else
    put(out, row.integer(column));
}

char letter_of(const std::string& result) {
  return result == "success" ? 's' : result == "rolled_back" ? 'b' : result == "failure" ? 'f' : 'r';
}
PartResult result_of(char letter) {
  return letter == 's'   ? PartResult::success
         : letter == 'b' ? PartResult::rolled_back
         : letter == 'f' ? PartResult::failure
                         : PartResult::running;
}

/// The text over the rows that ended in [from, to).
std::string text_of_rows(store::Tx& tx, const std::string& environment, std::int64_t from, std::int64_t to) {
  std::string out, last;
  tx.exec(
      "SELECT d.id, d.run_id, d.release_id, d.service, d.version, d.detected_by, d.result, d.unplanned, d.started_at, d.finished_at, "
      "d.restored_at, d.detected_at, c.commit_id, c.authored_at FROM deployment d LEFT JOIN deployment_commit c ON c.deployment_id = d.id "
      "WHERE d.environment = $1 AND d.finished_at >= $2 AND d.finished_at < $3 ORDER BY d.finished_at, d.id",
      {environment, from, to}, [&](const store::Row& row) {
        if (out.empty() || row.text(0) != last) {
          if (!out.empty()) out += record_end;
          last = row.text(0);
          for (std::size_t i = 0; i < 6; ++i) put(out, row.text(i));
          out += letter_of(row.text(6)), out += field_end;
          for (std::size_t i = 7; i < 12; ++i) put(out, row, i);
        }
        if (row.null(12)) return;
        put(out, row.text(12));
        put(out, row, 13);
      });
  if (!out.empty()) out += record_end;
  return out;
}

// ---- reading ------------------------------------------------------------------------------------------------------------

std::string_view take(std::string_view& rest) {
  const auto end = rest.find(field_end);
  if (end == std::string_view::npos)
    throw store::DatabaseError(store::Fault::other, "a day of deployments is cut off; delete it from delivery_day");
  const auto field = rest.substr(0, end);
  rest.remove_prefix(field.size() + 1);
  return field;
}
std::optional<SysTime> take_time(std::string_view& rest) {
  const auto field = take(rest);
  if (field.empty()) return std::nullopt;
  std::int64_t millis = 0;
  std::from_chars(field.begin(), field.end(), millis);
  return from_millis(millis);
}

}  // namespace

bool PartReader::next(Part& part) {
  if (rest_.empty()) return false;
  for (auto* field : {&part.id, &part.run_id, &part.release_id, &part.service, &part.version, &part.detected_by}) *field = take(rest_);
  const auto result = take(rest_), unplanned = take(rest_);
  part.result = result_of(result.empty() ? 'r' : result.front());
  part.unplanned = unplanned == "1";
  part.started = take_time(rest_).value_or(SysTime{}), part.finished = take_time(rest_).value_or(SysTime{});
  part.restored = take_time(rest_), part.detected = take_time(rest_);
  const auto end = rest_.find(record_end);
  if (end == std::string_view::npos)
    throw store::DatabaseError(store::Fault::other, "a day of deployments is cut off; delete it from delivery_day");
  part.commits = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return true;
}

bool CommitReader::next(std::string_view& id, std::optional<SysTime>& authored) {
  if (rest_.empty()) return false;
  id = take(rest_), authored = take_time(rest_);
  return true;
}

std::deque<std::string> delivery_texts(store::Tx& tx, const std::string& environment, SysTime from, SysTime to) {
  std::deque<std::string> out;
  auto begin = to_millis(from);  // of what is not read yet
  const auto rows_until = [&](std::int64_t end) {
    if (begin >= end) return;
    if (auto text = text_of_rows(tx, environment, begin, end); !text.empty()) out.push_back(std::move(text));
  };
  // The days first, then what lies between them, as a statement's answer is read to its end before the next one begins.
  std::deque<std::pair<std::int64_t, std::string>> days;
  tx.exec("SELECT day, body FROM delivery_day WHERE environment = $1 AND day >= $2 AND day <= $3 ORDER BY day",
          {environment, to_millis(from) / day_millis, to_millis(to) / day_millis},
          [&](const store::Row& row) { days.emplace_back(row.integer(0), row.text(1)); });
  for (auto& [day, body] : days) {
    rows_until(day * day_millis);
    if (!body.empty()) out.push_back(std::move(body));
    begin = std::max(begin, (day + 1) * day_millis);
  }
  rows_until(to_millis(to) + 1);
  return out;
}

std::vector<std::int64_t> days_apart(store::Tx& tx, const std::string& environment, SysTime now) {
  std::unordered_set<std::int64_t> together;
  tx.exec("SELECT day FROM delivery_day WHERE environment = $1", {environment},
          [&](const store::Row& row) { together.insert(row.integer(0)); });
  std::vector<std::int64_t> out;
  for (auto day = to_millis(now) / day_millis;;) {
    const auto before = tx.integer("SELECT coalesce(max(finished_at), 0) FROM deployment WHERE environment = $1 AND finished_at < $2",
                                   {environment, day * day_millis});
    if (before <= 0) return out;
    if (day = before / day_millis; !together.contains(day)) out.push_back(day);
  }
}

void put_days_together(store::Tx& tx, const std::string& environment, std::span<const std::int64_t> days) {
  if (tx.dialect() == store::Dialect::postgres) tx.exec("LOCK TABLE deployment, deployment_commit IN SHARE MODE");
  for (const auto day : days)
    tx.exec("INSERT INTO delivery_day (environment, day, body) VALUES ($1, $2, $3) ON CONFLICT (environment, day) DO NOTHING",
            {environment, day, text_of_rows(tx, environment, day * day_millis, (day + 1) * day_millis)});
}

}  // namespace evenkeel::dora
