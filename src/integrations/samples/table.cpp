#include "integrations/samples/table.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/json.hpp"
#include "base/utf8.hpp"

namespace evenkeel::samples {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string shown(std::string_view text) { return clean_text(text, 40); }

/// Cuts one record off the front. False when a quote does not end, or the record has no line end and `whole` asks for one.
struct Records {
  std::string_view rest;
  std::size_t line = 0;   // of the record that was read last, from 1
  std::size_t lines = 0;  // passed
  bool ended = false;     // with a line end
  bool broken = false;    // a quote does not end

  bool next(std::vector<std::string>& fields) {
    fields.clear();
    if (rest.empty()) return false;
    line = lines + 1, ended = false;
    std::string field;
    bool quoted = false;
    std::size_t i = 0;
    for (; i < rest.size(); ++i) {
      const char c = rest[i];
      if (c == '\n') ++lines;
      if (quoted) {
        if (c != '"')
          field += c;
        else if (i + 1 < rest.size() && rest[i + 1] == '"')
          field += rest[++i];
        else
          quoted = false;
      } else if (c == '"' && field.empty()) {
        quoted = true;
      } else if (c == ',') {
        fields.push_back(std::move(field)), field.clear();
      } else if (c == '\n') {
        ended = true;
        ++i;
        break;
      } else if (c != '\r')
        field += c;
    }
    broken = quoted;
    fields.push_back(std::move(field));
    rest.remove_prefix(i);
    return true;
  }
};

std::string text_of(const json::Value& v) {
  if (v.is_null()) return "";
  return v.is_string() ? std::string(v.get_string()) : json::dump(v);
}

}  // namespace

Result<Selector> parse_selector(std::string_view text) {
  Selector out;
  const auto brace = text.find('{');
  out.column = trimmed(text.substr(0, brace));
  if (out.column.empty()) return invalid("a column is needed, such as requests{role=\"canary\"}");
  if (brace == std::string_view::npos) return out;
  auto rest = trimmed(text.substr(brace + 1));
  while (!rest.starts_with('}')) {
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos || equals + 1 >= rest.size() || rest[equals + 1] != '"')
      return invalid(fmt::format("'{}': expected column=\"value\" between the braces", shown(text)));
    const std::string name{trimmed(rest.substr(0, equals))};
    if (name.empty() || name.find_first_of("!~\"") != std::string::npos)
      return invalid(fmt::format("'{}': a table is selected by = alone", shown(text)));
    rest.remove_prefix(equals + 2);
    std::string value;
    std::size_t i = 0;
    for (; i < rest.size() && rest[i] != '"'; ++i) {
      if (rest[i] == '\\' && i + 1 < rest.size())
        value += rest[++i] == 'n' ? '\n' : rest[i];
      else
        value += rest[i];
    }
    if (i >= rest.size()) return invalid(fmt::format("'{}': a quote does not end", shown(text)));
    out.equal.emplace_back(name, value);
    rest = trimmed(rest.substr(i + 1));
    if (rest.starts_with(',')) rest = trimmed(rest.substr(1));
    if (rest.empty()) return invalid(fmt::format("'{}': the brace does not end", shown(text)));
  }
  if (!trimmed(rest.substr(1)).empty()) return invalid(fmt::format("'{}': nothing is expected after the brace", shown(text)));
  return out;
}

void Table::add_cell(Column column, std::string_view text) {
  cells_.push_back({column, std::uint32_t(text_.size()), std::uint32_t(text_.size() + text.size())});
  text_ += text;
}

void Table::end_row(std::size_t line, bool being_written) {
  rows_.push_back({.first = rows_.empty() ? 0 : rows_.back().end, .end = cells_.size(), .line = line, .being_written = being_written});
}

Table::Column Table::column_of(const std::string& name) {
  const auto [at, fresh] = columns_.try_emplace(name, Column(names_.size()));
  if (fresh || has_header_) names_.push_back(name);
  return at->second;
}

Result<Table> Table::of_csv(std::string_view text, std::string_view time_column) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Records records{text};
  std::vector<std::string> fields;
  Table out;
  out.has_header_ = true;
  if (!records.next(fields)) return invalid("the table is empty; its first line names the columns");
  const auto width = fields.size();
  for (const auto& name : fields) (void)out.column_of(std::string(trimmed(name)));
  while (records.next(fields)) {
    if (fields.size() == 1 && trimmed(fields[0]).empty()) continue;
    const bool being_written = !records.ended && records.rest.empty();
    if (records.broken || fields.size() < width) {
      if (being_written) break;
      return invalid(records.broken ? fmt::format("line {}: a quote does not end", records.line)
                                    : fmt::format("line {}: {} of {} columns", records.line, fields.size(), width));
    }
    for (std::size_t i = 0; i < width; ++i) out.add_cell(Column(i), fields[i]);
    out.end_row(records.line, being_written);
  }
  (void)TRY(out.read_times(time_column));
  return out;
}

Result<Table> Table::of_jsonl(std::string_view text, std::string_view time_column) {
  Table out;
  std::size_t line = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto one = trimmed(text.substr(0, end));
    const bool being_written = end == std::string_view::npos;
    text.remove_prefix(being_written ? text.size() : end + 1);
    ++line;
    if (one.empty() || one == "\r") continue;
    const auto value = json::parse(one);
    if (!value || !value->is_object()) {
      if (being_written) break;
      return invalid(fmt::format("line {}: {}", line, value ? "is not an object" : value.error().message));
    }
    for (const auto& [name, member] : value->get_object()) out.add_cell(out.column_of(std::string(name)), text_of(member));
    out.end_row(line, false);
  }
  (void)TRY(out.read_times(time_column));
  return out;
}

Result<std::optional<Table::Column>> Table::known(std::string_view name) const {
  if (const auto at = columns_.find(name); at != columns_.end()) return std::optional(at->second);
  if (!has_header_) return std::optional<Column>{};
  std::string all;
  for (const auto& n : names_) all += (all.empty() ? "" : ", ") + shown(n);
  return invalid(fmt::format("the table has no column '{}'; it has {}", shown(name), all.substr(0, 300)));
}

std::optional<std::string_view> Table::cell(const Row& row, std::optional<Column> column) const {
  if (!column) return std::nullopt;
  auto i = has_header_ ? row.first + *column : row.first;  // the cells of a line of CSV stand in the order of the header
  while (i < row.end && cells_[i].column != *column) ++i;
  if (i >= row.end) return std::nullopt;
  return std::string_view(text_).substr(cells_[i].begin, cells_[i].end - cells_[i].begin);
}

Result<void> Table::read_times(std::string_view time_column) {
  time_ = TRY(known(time_column));
  for (auto& row : rows_) row.at = time_of(cell(row, time_).value_or(""));
  return {};
}

Result<std::vector<Sample>> Table::select(const Selector& selector) const {
  const auto value = TRY(known(selector.column));
  std::vector<std::pair<std::optional<Column>, std::string_view>> equal;
  equal.reserve(selector.equal.size());
  for (const auto& [name, wanted] : selector.equal) equal.emplace_back(TRY(known(name)), wanted);
  const auto is = [&](const Row& row, const auto& e) {
    const auto found = cell(row, e.first).value_or("");
    return (has_header_ ? trimmed(found) : found) == e.second;
  };
  std::vector<Sample> out;
  bool seen = false;
  for (const auto& row : rows_) {
    if (!std::all_of(equal.begin(), equal.end(), [&](const auto& e) { return is(row, e); })) continue;
    const auto text = cell(row, value);
    if (!text) continue;
    seen = true;
    const auto number = number_of(*text);
    if ((!row.at || !number) && row.being_written) break;
    if (!row.at) return invalid(fmt::format("line {}: '{}' is no time", row.line, shown(cell(row, time_).value_or(""))));
    if (!number) return invalid(fmt::format("line {}: '{}' is no number", row.line, shown(*text)));
    if (std::isfinite(*number)) out.push_back({*row.at, *number});
  }
  if (!has_header_ && !rows_.empty() && !seen && selector.equal.empty())
    return invalid(fmt::format("no line has a member '{}'", shown(selector.column)));
  return out;
}

}  // namespace evenkeel::samples
