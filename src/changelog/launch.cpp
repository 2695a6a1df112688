#include "changelog/launch.hpp"

#include "changelog/events.hpp"
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
    if (is_able_to(c, definitions::Ability::flag_switch) && (at == std::string::npos || c.name == text.substr(at + 1)))
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
  std::set<std::string> references, own;
  for (const auto& e : entries_of(tx, release)) {
    own.insert(e.id);
    // A text that names no entry at all may tell any of them.
    const bool told = named.empty() || std::find(named.begin(), named.end(), e.id) != named.end();
    if (e.notable && !e.flag.empty() && told) references.insert(e.flag);
  }
  auto flags = read_of(tx, release, references);
  std::erase_if(named, [&](const std::string& id) { return own.contains(id); });
  for (const auto& id : named)
    for (auto& f : store::all<LaunchFlag>(
             tx, "launch_flag", "WHERE id IN (SELECT e.release_id || '/' || e.flag FROM changelog_entry e WHERE e.id = $1)", {id}))
      flags.push_back(std::move(f));
  std::erase_if(flags, [](const LaunchFlag& f) { return f.state == FlagState::on; });
  return flags;
}

std::vector<ToldLater> told_later(store::Tx& tx, const planning::Release& release) {
  const auto note = find_note(tx, release.id, NoteAudience::customers);
  if (!note || note->state == NoteState::draft) return {};
  std::map<std::string, LaunchFlag> flags;
  for (auto& f : launch_flags_of(tx, release)) flags[f.flag + "@" + f.platform] = std::move(f);
  std::vector<ToldLater> out;
  for (const auto& e : entries_of(tx, release)) {
    if (!e.notable || e.flag.empty()) continue;
    ToldLater later{e.id, e.customer_text, e.flag, flags[e.flag].state, flags[e.flag].on_since};
    bool settled = false;  // by its own note, or by an author who left it out once more
    tx.exec("SELECT t.release_id, t.told, r.version FROM told_entry t JOIN release r ON r.id = t.release_id WHERE t.id = $1", {e.id},
            [&](const store::Row& row) {
              settled = row.text(0) == release.id || row.integer(1) == 0;
              later.told_in = row.text(2);
            });
    if (!settled) out.push_back(std::move(later));
  }
  return out;
}

std::vector<EntryView> launched_entries(store::Tx& tx, const planning::Release& release) {
  std::map<std::string, std::set<std::string>> of_release;
  tx.exec(
      "SELECT e.release_id, e.id FROM changelog_entry e JOIN release r ON r.id = e.release_id "
      "JOIN launch_flag f ON f.id = e.release_id || '/' || e.flag "
      "JOIN note n ON n.release_id = e.release_id AND n.audience = 'customers' AND n.state = 'published' "
      "LEFT JOIN told_entry t ON t.id = e.id "
      "WHERE f.state = 'on' AND r.area = $1 AND r.line = $2 AND r.outcome = 'shipped' AND e.release_id <> $3 "
      "AND e.not_notable_because = '' AND (t.release_id IS NULL OR t.release_id = $3)",
      {release.area, release.line, release.id}, [&](const store::Row& row) { of_release[row.text(0)].insert(row.text(1)); });
  std::vector<EntryView> out;
  for (const auto& [id, entries] : of_release)
    if (const auto from = planning::find_release(tx, id))
      for (auto& e : entries_of(tx, *from))
        if (entries.contains(e.id)) out.push_back(std::move(e));
  return out;
}

namespace {

void mark_told(Work& work, const planning::Release& release) {
  const auto note = find_note(work.tx, release.id, NoteAudience::customers);
  if (!note) return;
  const auto mark = [&](const std::string& id, bool told) {
    work.tx.exec(
        "INSERT INTO told_entry (id, release_id, told, told_at) SELECT id, $2, $3, $4 FROM changelog_entry WHERE id = $1 "
        "ON CONFLICT (id) DO NOTHING",
        {id, release.id, std::int64_t{told}, to_millis(work.now)});
  };
  const auto launched = launched_entries(work.tx, release);
  const auto named = entries_named(note->body);
  for (const auto& id : named) mark(id, true);
  if (named.empty())
    for (const auto& e : entries_of(work.tx, release)) mark(e.id, true);
  for (const auto& e : launched)
    if (work.tx.integer("SELECT count(*) FROM launch_flag f JOIN changelog_entry e ON f.id = e.release_id || '/' || e.flag WHERE e.id = $1 "
                        "AND f.on_since <= $2",
                        {e.id, to_millis(note->edited_at.value_or(note->drafted_at))}) > 0)
      mark(e.id, false);
}

void mark_untold(Work& work, const planning::Release& release) {
  work.tx.exec("DELETE FROM told_entry WHERE release_id = $1 AND id NOT IN (SELECT id FROM changelog_entry WHERE release_id = $1)",
               {release.id});
}

}  // namespace

void publish_note(Work& work, const planning::Release& release, const Note& note) {
  work.tx.exec("UPDATE note SET state = 'published' WHERE id = $1", {note.id});
  if (note.audience == NoteAudience::customers) mark_told(work, release);
}

void withdraw_note(Work& work, const planning::Release& release) {
  work.tx.exec("UPDATE note SET state = 'withdrawn' WHERE release_id = $1 AND audience = 'customers'", {release.id});
  mark_untold(work, release);
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
  record(work, LaunchFlagRead{.flag = flag.flag, .platform = flag.platform, .reads = state},
         {.subject = flag.id, .release = flag.release_id});
}

}  // namespace evenkeel::changelog
