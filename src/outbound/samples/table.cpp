#include "outbound/samples/table.hpp"

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

Result<std::size_t> column(const std::vector<std::string>& header, std::string_view name) {
  for (std::size_t i = 0; i < header.size(); ++i)
    if (trimmed(header[i]) == name) return i;
  std::string known;
  for (const auto& h : header) known += (known.empty() ? "" : ", ") + shown(trimmed(h));
  return invalid(fmt::format("the table has no column '{}'; it has {}", shown(name), known.substr(0, 300)));
}

/// One row's word on the sample; none when the value says that it is none.
Result<std::optional<Sample>> sample_of(std::string_view time, std::string_view value, std::size_t line) {
  const auto at = time_of(time);
  if (!at) return invalid(fmt::format("line {}: '{}' is no time", line, shown(time)));
  const auto number = number_of(value);
  if (!number) return invalid(fmt::format("line {}: '{}' is no number", line, shown(value)));
  return std::isfinite(*number) ? std::optional(Sample{*at, *number}) : std::nullopt;
}

std::string text_of(const json::Value* v) {
  if (!v || v->is_null()) return "";
  return v->is_string() ? std::string(v->get_string()) : json::dump(*v);
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

Result<std::vector<Sample>> parse_csv(std::string_view text, std::string_view time_column, const Selector& selector) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Records records{text};
  std::vector<std::string> fields;
  if (!records.next(fields)) return invalid("the table is empty; its first line names the columns");
  const auto time = TRY(column(fields, time_column)), value = TRY(column(fields, selector.column));
  std::vector<std::pair<std::size_t, std::string>> equal;
  for (const auto& [name, wanted] : selector.equal) equal.emplace_back(TRY(column(fields, name)), wanted);
  const auto width = fields.size();
  std::vector<Sample> out;
  while (records.next(fields)) {
    if (fields.size() == 1 && trimmed(fields[0]).empty()) continue;
    const bool being_written = !records.ended && records.rest.empty();
    if (records.broken || fields.size() < width) {
      if (being_written) break;
      return invalid(records.broken ? fmt::format("line {}: a quote does not end", records.line)
                                    : fmt::format("line {}: {} of {} columns", records.line, fields.size(), width));
    }
    if (!std::all_of(equal.begin(), equal.end(), [&](const auto& e) { return trimmed(fields[e.first]) == e.second; })) continue;
    const auto sample = sample_of(fields[time], fields[value], records.line);
    if (!sample && being_written) break;
    if (const auto& s = TRY(sample)) out.push_back(*s);
  }
  return out;
}

Result<std::vector<Sample>> parse_jsonl(std::string_view text, std::string_view time_column, const Selector& selector) {
  std::vector<Sample> out;
  bool seen = false, any = false;
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
    any = true;
    const auto& row = value->get_object();
    const auto* number = row.if_contains(selector.column);
    if (!std::all_of(selector.equal.begin(), selector.equal.end(),
                     [&](const auto& e) { return text_of(row.if_contains(e.first)) == e.second; }))
      continue;
    if (!number) continue;
    seen = true;
    if (const auto& s = TRY(sample_of(text_of(row.if_contains(time_column)), text_of(number), line))) out.push_back(*s);
  }
  if (any && !seen && selector.equal.empty()) return invalid(fmt::format("no line has a member '{}'", shown(selector.column)));
  return out;
}

}  // namespace evenkeel::samples
