#include "steps/variables.hpp"

#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "base/files.hpp"
#include "base/percent.hpp"
#include "base/utf8.hpp"

namespace evenkeel::steps {
namespace {

bool is_reference_to_secret(std::string_view name) { return name.starts_with("env:") || name.starts_with("file:"); }

constexpr std::uintmax_t most_secret = 64 * 1024;

Result<std::string> secret(std::string_view name) {
  std::string value;
  if (name.starts_with("env:")) {
    const auto* found = std::getenv(std::string(name.substr(4)).c_str());
    if (!found) return invalid(fmt::format("the environment variable {} is not set where the server runs", name.substr(4)));
    value = found;
  } else {
    const std::string path{name.substr(5)};
    std::error_code ec;
    if (std::filesystem::exists(path, ec) &&
        (!std::filesystem::is_regular_file(path, ec) || std::filesystem::file_size(path, ec) > most_secret))
      return invalid(fmt::format("the secret file {} is no file of at most 64 KiB", path));
    auto text = read_file(path);
    if (!text) return invalid(fmt::format("the secret file {} cannot be read", path));
    value = *std::move(text);
    while (value.ends_with('\n') || value.ends_with('\r')) value.pop_back();
  }
  if (value.empty())  // an empty key would make a call without one
    return invalid(fmt::format("the secret ${{{}}} is empty where the server runs", name));
  return value;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("._+:/@,~-").find(c) != std::string_view::npos;
}
bool may_be_spliced(std::string_view value) {
  return std::all_of(value.begin(), value.end(), is_plain) && !value.starts_with('-') && value.find("..") == std::string_view::npos;
}
bool has_control(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// A value as it stands in its place, or why it may not. `shown`: what an error says of the value; nothing of a secret.
Result<std::string> placed(const std::string& value, std::string_view name, Into into, bool is_secret) {
  const auto shown = is_secret ? std::string() : fmt::format(" ('{}')", clean_text(value, 60));
  const auto no = [&](std::string_view why) -> Result<std::string> { return invalid(fmt::format("${{{}}}{} {}", name, shown, why)); };
  if (value.find('\0') != std::string::npos) return no("holds a NUL");
  switch (into) {
    case Into::text:
    case Into::environment:
      return value;
    case Into::argument:
      if (is_secret || may_be_spliced(value)) return value;
      return no(
          "cannot stand in a command: letters, digits and . _ + : / @ , ~ - may, no leading -, no ..; read it from the environment "
          "of the command instead (EVENKEEL_VERSION and the like)");
    case Into::script:
      if (may_be_spliced(value)) return value;
      return no(is_secret ? "cannot stand in a script: name it under `env:` of the step and read that variable in the script"
                          : "cannot stand in a script: letters, digits and . _ + : / @ , ~ - may, no leading -, no ..; read it from the "
                            "environment of the command instead (EVENKEEL_VERSION and the like)");
    case Into::header:
      if (has_control(value)) return no("cannot stand in a header: it holds a control character");
      return value;
    case Into::address:
      if (is_secret)
        return has_control(value) ? no("cannot stand in an address: it holds a control character") : Result<std::string>(value);
      if (value == "." || value == "..") return no("cannot stand in an address: it would name another place");
      return percent_encode(value);
  }
  return value;
}

/// Calls `plain(text)` and `reference(name)` in turn. Error: a "${" that never ends.
template <class Plain, class Reference>
Result<void> for_each_part(std::string_view text, Plain plain, Reference reference) {
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find("${", at);
    plain(text.substr(at, open == std::string_view::npos ? open : open - at));
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return invalid(fmt::format("'{}': ${{ without a closing brace", text));
    TRY(reference(text.substr(open + 2, close - open - 2)));
    at = close + 1;
  }
  return {};
}

/// "sh -c", "bash -euc", "python3 -c", "perl -e", "docker exec web sh -c": the word after it is read as a program.
bool is_script(const std::vector<std::string>& words, std::size_t at) {
  constexpr std::string_view interpreters[] = {"sh", "bash",   "dash", "ash",  "zsh",  "ksh", "fish", "busybox",
                                               "su", "python", "perl", "ruby", "node", "php", "pwsh", "lua"};
  if (at == 0) return false;
  const auto& before = words[at - 1];
  if (!before.starts_with('-') || before.starts_with("--") || before.size() > 8 || (!before.ends_with('c') && !before.ends_with('e')))
    return before == "eval";
  return std::any_of(words.begin(), words.begin() + std::ptrdiff_t(at - 1), [&](const std::string& word) {
    auto name = std::filesystem::path(word).filename().string();
    while (!name.empty() && (std::isdigit(static_cast<unsigned char>(name.back())) || name.back() == '.')) name.pop_back();
    return std::find(std::begin(interpreters), std::end(interpreters), name) != std::end(interpreters);
  });
}

}  // namespace

Result<std::string> substitute(std::string_view text, const Variables& variables, std::vector<std::string>& secrets, Into into) {
  std::string out;
  TRY(for_each_part(
      text, [&](std::string_view plain) { out += plain; },
      [&](std::string_view name) -> Result<void> {
        const bool is_secret = is_reference_to_secret(name);
        const auto found = is_secret ? variables.end() : variables.find(std::string(name));
        if (!is_secret && found == variables.end()) return invalid(fmt::format("'{}': there is no variable '{}'", text, name));
        if (is_secret) secrets.push_back(TRY(secret(name)));
        out += TRY(placed(is_secret ? secrets.back() : found->second, name, into, is_secret));
        return {};
      }));
  return out;
}

Result<std::vector<std::string>> substitute_words(const std::vector<std::string>& words, const Variables& variables,
                                                  std::vector<std::string>& secrets) {
  std::vector<std::string> out;
  out.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    out.push_back(TRY(substitute(words[i], variables, secrets, is_script(words, i) ? Into::script : Into::argument)));
  return out;
}

Result<json::Value> substitute_json(const json::Value& value, const Variables& variables, std::vector<std::string>& secrets) {
  if (value.is_string()) return json::Value(boost::json::string(TRY(substitute(std::string(value.get_string()), variables, secrets))));
  if (value.is_array()) {
    json::Array out;
    for (const auto& item : value.get_array()) out.push_back(TRY(substitute_json(item, variables, secrets)));
    return out;
  }
  if (value.is_object()) {
    json::Object out;
    for (const auto& [key, item] : value.get_object())
      out[TRY(substitute(std::string(key), variables, secrets))] = TRY(substitute_json(item, variables, secrets));
    return out;
  }
  return value;
}

Result<std::string> resolve_secret(const std::string& reference) {
  std::vector<std::string> secrets;
  return substitute(reference, {}, secrets);
}

std::vector<std::string> secret_references(std::string_view text) {
  std::vector<std::string> out;
  (void)for_each_part(
      text, [](std::string_view) {},
      [&](std::string_view name) -> Result<void> {
        if (is_reference_to_secret(name)) out.push_back(fmt::format("${{{}}}", name));
        return {};
      });
  return out;
}

}  // namespace evenkeel::steps
