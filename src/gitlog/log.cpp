#include "gitlog/log.hpp"

#include <fmt/format.h>

#include <charconv>

namespace evenkeel::gitlog {
namespace {

/// The text up to the next `end`, which is taken away too; false when there is none.
bool take_until(std::string_view& rest, char end, std::string_view& part) {
  const auto at = rest.find(end);
  if (at == std::string_view::npos) return false;
  part = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  return true;
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc{} && end == text.data() + text.size();
}

/// Seconds of the years a commit can claim (git itself accepts up to 2^63); what is beyond is cut to the nearest.
bool read_time(std::string_view text, SysTime& time) {
  std::int64_t seconds = 0;
  if (!read_number(text, seconds)) return false;
  time = from_millis(std::clamp<std::int64_t>(seconds, -62'135'596'800, 253'402'300'799) * 1000);
  return true;
}

bool is_trailer_line(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::all_of(line.begin(), line.begin() + std::ptrdiff_t(colon),
                     [](char c) { return c == '-' || std::isalnum(static_cast<unsigned char>(c)); });
}
bool is_gits_own(std::string_view line) { return line.starts_with("Signed-off-by: ") || line.starts_with("(cherry picked from commit "); }
bool is_continuation(std::string_view line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Lines of the last paragraph, unless that is the subject's.
std::vector<std::string_view> last_paragraph(std::string_view message) {
  while (message.ends_with('\n') || message.ends_with(' ') || message.ends_with('\r')) message.remove_suffix(1);
  std::vector<std::string_view> lines;
  for (bool first_of_message = false; !first_of_message;) {
    const auto at = message.rfind('\n');
    first_of_message = at == std::string_view::npos;
    const auto line = first_of_message ? message : message.substr(at + 1);
    if (trim(line).empty()) {
      std::reverse(lines.begin(), lines.end());
      return lines;
    }
    lines.push_back(line);
    if (!first_of_message) message = message.substr(0, at);
  }
  return {};
}

}  // namespace

std::string_view Commit::subject() const { return std::string_view(message).substr(0, message.find('\n')); }

std::string_view Commit::body() const {
  const auto end = message.find('\n');
  if (end == std::string::npos) return {};
  auto rest = std::string_view(message).substr(end + 1);
  while (rest.starts_with('\n') || rest.starts_with("\r\n")) rest.remove_prefix(rest[0] == '\n' ? 1 : 2);
  return rest;
}

std::vector<Trailer> trailers(std::string_view message) {
  const auto lines = last_paragraph(message);
  std::size_t trailer_lines = 0, others = 0;
  bool gits_own = false;
  for (const auto line : lines) {
    if (is_gits_own(line))
      gits_own = true, ++trailer_lines;
    else if (is_trailer_line(line))
      ++trailer_lines;
    else if (!is_continuation(line) || trailer_lines == 0)
      ++others;
  }
  if (trailer_lines == 0 || (others > 0 && !(gits_own && trailer_lines * 3 >= others))) return {};
  std::vector<Trailer> found;
  for (const auto line : lines) {
    const auto colon = line.find(':');
    if (is_trailer_line(line))
      found.push_back({std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
    else if (is_continuation(line) && !found.empty())
      found.back().value += " " + std::string(trim(line));
  }
  return found;
}

bool LogParser::push(std::string_view bytes) {
  while (!stopped_) {
    const auto end = bytes.find('\0');
    if (end == std::string_view::npos) {
      pending_ += bytes;
      return true;
    }
    if (pending_.empty())
      take(bytes.substr(0, end));
    else {
      pending_ += bytes.substr(0, end);
      take(pending_);
      pending_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  return false;
}

Result<void> LogParser::finish() {
  if (!stopped_ && !pending_.empty()) take(std::exchange(pending_, {}));
  if (!stopped_) emit();
  if (!fault_.empty()) return unavailable("the answer of git log could not be read: " + fault_);
  return {};
}

bool LogParser::emit() {
  if (!std::exchange(has_commit_, false)) return true;
  if (!sink_(std::exchange(commit_, {}))) stopped_ = true;
  return !stopped_;
}

bool LogParser::wrong(std::string_view record, std::string_view why) {
  fault_ = fmt::format("{} in '{}'", why, record.substr(0, 100));
  stopped_ = true;
  return false;
}

bool LogParser::take(std::string_view record) {
  const auto whole = record;
  if (record.starts_with('\1')) {
    if (!emit()) return false;
    record.remove_prefix(1);
    std::string_view sha, parents, name, email, authored, committed;
    for (auto* part : {&sha, &parents, &name, &email, &authored, &committed})
      if (!take_until(record, '\n', *part)) return wrong(whole, "a commit with too few lines");
    if (sha.empty() || sha.find_first_not_of("0123456789abcdef") != std::string_view::npos) return wrong(whole, "a commit without id");
    commit_.sha = sha;
    for (std::string_view parent; !parents.empty();) {
      if (!take_until(parents, ' ', parent)) parent = std::exchange(parents, {});
      commit_.parents.emplace_back(parent);
    }
    commit_.author_name = name;
    commit_.author_email = email;
    if (!read_time(authored, commit_.authored) || !read_time(committed, commit_.committed)) return wrong(whole, "a time that is no number");
    record = record.substr(0, record.find_last_not_of('\n') + 1);
    commit_.message = record;
    has_commit_ = true;
    return true;
  }
  if (record.starts_with('\n')) record.remove_prefix(1);
  if (record.empty()) return true;
  if (!has_commit_) return wrong(whole, "a file before any commit");
  FileChange change;
  std::string_view added, deleted;
  if (!take_until(record, '\t', added) || !take_until(record, '\t', deleted) || record.empty())
    return wrong(whole, "a file line that is not ADDED, DELETED, PATH");
  change.binary = added == "-" && deleted == "-";
  if (!change.binary && (!read_number(added, change.added) || !read_number(deleted, change.deleted)))
    return wrong(whole, "line counts that are no numbers");
  change.path = record;
  commit_.files.push_back(std::move(change));
  return true;
}

}  // namespace evenkeel::gitlog
