#include "ledger/manifest.hpp"

#include <charconv>
#include <sstream>

#include "base/json.hpp"

namespace evenkeel::ledger {
namespace {

constexpr std::string_view first_line = "evenkeel-pack/2";

std::string quoted(const std::string& text) { return json::dump(boost::json::string(text)); }
Result<std::string> unquoted(const std::string& text) {
  const auto v = TRY(json::parse(text));
  if (!v.is_string()) return invalid("a text was expected");
  return std::string(v.get_string());
}

Result<void> read_line(Manifest& m, const std::string& name, const std::string& rest) {
  if (name == "organisation")
    m.head.organisation = TRY(unquoted(rest));
  else if (name == "title")
    m.head.title = TRY(unquoted(rest));
  else if (name == "release")
    m.head.release = rest;
  else if (name == "exported")
    m.head.exported = rest;
  else if (name == "entries") {
    std::istringstream numbers(rest);
    for (std::int64_t index; numbers >> index;) m.entries.push_back(index);
    if (!numbers.eof()) return invalid("its list of entries cannot be read");
  } else if (name == "file" && rest.size() > 65 && rest[64] == ' ')
    m.files[rest.substr(65)] = rest.substr(0, 64);
  else
    return invalid("a line of it cannot be read: " + name);
  return {};
}

}  // namespace

std::string sign_manifest(const Manifest& m, const Key& key) {
  auto text = fmt::format("{}\norganisation {}\nrelease {}\ntitle {}\nexported {}\nentries", first_line, quoted(m.head.organisation),
                          m.head.release, quoted(m.head.title), m.head.exported);
  for (const auto index : m.entries) text += fmt::format(" {}", index);
  text += '\n';
  for (const auto& [name, hash] : m.files) text += fmt::format("file {} {}\n", hash, name);
  return sign_note(text, key);
}

Result<Manifest> open_manifest(const std::string& note, const Key& verifier) {
  std::istringstream lines(TRY(open_note(note, verifier)));
  std::string line;
  if (!std::getline(lines, line) || line != first_line) return invalid("it is not a manifest of a version that this evenkeel knows");
  Manifest m;
  while (std::getline(lines, line)) {
    const auto cut = std::min(line.find(' '), line.size());
    TRY(read_line(m, line.substr(0, cut), cut == line.size() ? "" : line.substr(cut + 1)));
  }
  return m;
}

}  // namespace evenkeel::ledger
