#include "changelog/launch.hpp"

#include "changelog/notes.hpp"

namespace evenkeel::changelog {
namespace {

using planning::FlagState;

LaunchFlag unread(const planning::Release& release, const std::string& reference) {
  const auto at = reference.rfind('@');
  return {.id = release.id + "/" + reference,
          .release_id = release.id,
          .flag = reference.substr(0, at),
          .platform = at == std::string::npos ? "" : reference.substr(at + 1),
          .problem = "it was not read yet"};
}

std::vector<LaunchFlag> read_of(store::Tx& tx, const planning::Release& release, const std::set<std::string>& references) {
  std::vector<LaunchFlag> out;
  for (const auto& reference : references) {
    auto flag = unread(release, reference);
    if (auto known = store::one<LaunchFlag>(tx, "launch_flag", "WHERE id = $1", {flag.id})) flag = std::move(*known);
    out.push_back(std::move(flag));
  }
  return out;
}

}  // namespace

Result<std::string> flag_reference(const definitions::Organisation& o, const std::string& text) {
  const auto at = text.rfind('@');
  const auto name = text.substr(0, at);
  if (name.empty() || name.find_first_of(" \t\r\n") != std::string::npos) return invalid("name the flag as FLAG@PLATFORM", "flag");
  std::vector<std::string> platforms;
  for (const auto& c : o.connections)
    if (c.kind == definitions::ConnectionKind::flags && (at == std::string::npos || c.name == text.substr(at + 1)))
      platforms.push_back(c.name);
  if (platforms.empty())
    return invalid(at == std::string::npos ? "no connection of kind flags is defined; add one to `connections:` in evenkeel.yaml"
                                           : fmt::format("there is no flag connection '{}'", text.substr(at + 1)),
                   "flag");
  if (platforms.size() > 1) return invalid("there are several flag connections; say which: FLAG@PLATFORM", "flag");
  return name + "@" + platforms.front();
}

std::vector<LaunchFlag> launch_flags_of(store::Tx& tx, const planning::Release& release) {
  std::set<std::string> references;
  for (const auto& e : entries_of(tx, release))
    if (e.notable && !e.flag.empty()) references.insert(e.flag);
  return read_of(tx, release, references);
}

std::vector<LaunchFlag> dark_flags(store::Tx& tx, const planning::Release& release) {
  std::vector<std::string> named;
  if (const auto note = find_note(tx, release.id, NoteAudience::customers)) named = entries_named(note->body);
  std::set<std::string> references;
  for (const auto& e : entries_of(tx, release)) {
    // A text that names no entry at all may tell any of them.
    const bool told = named.empty() || std::find(named.begin(), named.end(), e.id) != named.end();
    if (e.notable && !e.flag.empty() && told) references.insert(e.flag);
  }
  auto flags = read_of(tx, release, references);
  std::erase_if(flags, [](const LaunchFlag& f) { return f.state == FlagState::on; });
  return flags;
}

void store_launch_reading(Work& work, LaunchFlag flag, FlagState state, const std::string& problem) {
  const auto known = store::one<LaunchFlag>(work.tx, "launch_flag", "WHERE id = $1", {flag.id});
  flag.on_since = known ? known->on_since : std::nullopt;
  if (state == FlagState::off) flag.on_since.reset();  // a platform that does not answer takes no date away
  if (state == FlagState::on && !flag.on_since) flag.on_since = work.now;
  flag.state = state;
  flag.problem = problem;
  flag.read_at = work.now;
  if (known)
    store::update(work.tx, "launch_flag", flag);
  else
    store::insert(work.tx, "launch_flag", flag);
  if (known && known->state == state) return;
  work.record({.kind = "launch_flag.read",
               .subject = flag.id,
               .release = flag.release_id,
               .facts = {{"flag", flag.flag}, {"platform", flag.platform}, {"reads", std::string(json::enum_text(state))}}});
}

}  // namespace evenkeel::changelog
