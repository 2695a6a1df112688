#include "changelog/entries.hpp"

#include "changelog/customer_sentence.hpp"
#include "changelog/draft.hpp"
#include "changelog/events.hpp"
#include "changelog/launch.hpp"
#include "changelog/taken_out.hpp"
#include "gitlog/log.hpp"
#include "gitlog/reverts.hpp"
#include "markdown/literal.hpp"
#include "risk/take_out.hpp"

namespace evenkeel::changelog {
namespace {

using planning::Stage;

/// A change as far as its entry needs it.
struct ScopeChange {
  ChangeId id;
  std::string external_id, title, message;
  std::vector<std::string> services, labels, files;
  bool breaking = false;
};
BOOST_DESCRIBE_STRUCT(ScopeChange, (), (id, external_id, title, message, services, labels, files, breaking))

std::vector<ScopeChange> scope_of(store::Tx& tx, const ReleaseId& release_id, bool newest_first) {
  return store::all<ScopeChange>(
      tx, "change",
      newest_first ? "WHERE release_id = $1 ORDER BY merged_at DESC, id DESC" : "WHERE release_id = $1 ORDER BY merged_at, id",
      {release_id});
}

/// What the trailer `Feature-Flag: FLAG` of a change names, where its platform is known.
std::string flag_of(const definitions::Organisation& o, const std::string& message) {
  for (const auto& trailer : gitlog::trailers(message)) {
    if (trailer.token != "Feature-Flag") continue;
    if (const auto reference = flag_reference(o, std::string(trailer.value))) return *reference;
  }
  return {};
}

MergedChange merged_of(const ScopeChange& c, const std::string& key) {
  return {key, c.message.empty() ? c.title : c.message, c.title, c.labels, {}, c.files};
}

/// Changes of other releases that the messages say they take back, and what these take back in turn.
std::vector<MergedChange> older_named(store::Tx& tx, const ReleaseId& release_id, const std::vector<MergedChange>& changes) {
  std::vector<MergedChange> found;
  std::set<std::string> known;
  std::vector<std::string> open;
  const auto name = [&](const MergedChange& c) {
    known.insert(c.id);
    std::ranges::move(gitlog::taken_back_by(c.message), std::back_inserter(open));
  };
  for (const auto& c : changes) name(c);
  for (std::size_t i = 0; i < open.size(); ++i)
    for (const auto& c : store::all<ScopeChange>(tx, "change",
                                                 "WHERE substr(external_id, 1, 7) = substr($2, 1, 7) AND substr(external_id, 1, $1) = $2 "
                                                 "AND (release_id IS NULL OR release_id <> $3) ORDER BY merged_at DESC, id",
                                                 {std::int64_t(open[i].size()), open[i], release_id}))
      if (!known.contains(c.external_id)) found.push_back(merged_of(c, c.external_id)), name(found.back());
  return found;
}

/// Each change's entry as the rules see the whole scope: reverts take their target out, twins make one entry.
std::map<std::string, ChangelogEntry> proposals(store::Tx& tx, const ReleaseId& release_id, const std::vector<ScopeChange>& newest_first,
                                                const definitions::Organisation& o) {
  std::vector<MergedChange> merged;
  std::map<std::string, const ScopeChange*> by_external;
  for (const auto& c : newest_first) {
    const auto key = by_external.contains(c.external_id) ? c.external_id + "/" + c.id : c.external_id;  // two sources may use one name
    merged.push_back(merged_of(c, key));
    by_external[key] = &c;
  }
  std::map<std::string, ChangelogEntry> out;
  for (const auto& p : draft_entries(merged, older_named(tx, release_id, merged))) {
    const auto* first = by_external.at(p.changes.front());
    ChangelogEntry e{.change_id = first->id,
                     .type = p.type,
                     .breaking = p.breaking,
                     .generated_text = markdown::of_plain(p.text),
                     .generated_because = p.not_notable_reason.value_or(""),
                     .flag = flag_of(o, first->message)};
    if (first->breaking && !p.cancelled_out) {  // declared breaking at its source: always notable
      e.breaking = true;
      e.generated_because.clear();
      if (!e.type) e.type = Type::changed;
      if (e.generated_text.empty()) e.generated_text = markdown::of_plain(first->title);
    }
    e.not_notable_because = e.generated_because;
    out[first->id] = e;
    for (std::size_t i = 1; i < p.changes.size(); ++i) {
      const auto* twin = by_external.at(p.changes[i]);
      const auto because = "told by the entry of " + first->external_id.substr(0, 10);
      out[twin->id] = {.change_id = twin->id,
                       .generated_text = markdown::of_plain(p.text),
                       .not_notable_because = because,
                       .generated_because = because};
    }
  }
  return out;
}

/// Takes over what the rules say now; false when nothing is new.
bool renew(ChangelogEntry& entry, const ChangelogEntry& fresh) {
  if (entry.generated_text == fresh.generated_text && entry.generated_because == fresh.generated_because &&
      (entry.revision > 1 || (entry.type == fresh.type && entry.breaking == fresh.breaking && entry.flag == fresh.flag)))
    return false;
  const bool left_out_now = !fresh.generated_because.empty() && fresh.generated_because != entry.generated_because;
  const bool back_again =
      fresh.generated_because.empty() && !entry.generated_because.empty() && entry.not_notable_because == entry.generated_because;
  entry.generated_text = fresh.generated_text;
  entry.generated_because = fresh.generated_because;
  if (left_out_now || back_again || entry.revision == 1) {
    entry.not_notable_because = fresh.not_notable_because;
    if (entry.revision == 1 || !entry.type) entry.type = fresh.type;
    if (entry.revision == 1) entry.breaking = fresh.breaking, entry.flag = fresh.flag;
  }
  return true;
}

std::vector<std::string> flags_of(store::Tx& tx, const ReleaseId& release_id, const std::vector<std::string>& services) {
  std::vector<std::string> names;
  for (const auto& f : planning::flags_of(tx, release_id))
    if (f.after_service.empty() || std::find(services.begin(), services.end(), f.after_service) != services.end()) names.push_back(f.flag);
  return names;
}

/// What customers read where nobody has written it for them. What a person wrote as a sentence, with its stop, is told as it stands.
std::string said_to_customers(const ChangelogEntry& e) {
  const auto& own = e.human_text;
  if (own.ends_with('.') && own.find('\n') == std::string::npos && plain_language(own).empty()) return own;
  return customer_sentence(e.type.value_or(Type::changed), markdown::for_plain_readers(e.text())).value_or("");
}

EntryView view_of(store::Tx& tx, const ChangelogEntry& e, const ScopeChange& c) {
  EntryView v{.id = e.id,
              .change = c.id,
              .external_id = c.external_id,
              .title = c.title,
              .services = c.services,
              .type = e.type,
              .breaking = e.breaking,
              .notable = e.notable(),
              .edited = e.revision > 1,
              .text = e.text(),
              .customer_text = e.customer_text,
              .internal_text = e.internal_text,
              .migration_text = e.migration_text,
              .not_notable_because = e.not_notable_because,
              .revision = e.revision,
              .flag = e.flag};
  if (v.customer_text.empty() && v.notable) v.customer_text = said_to_customers(e);
  if (v.notable && v.customer_text.empty()) v.needs_words = true;
  if (v.internal_text.empty())
    v.internal_text = internal_sentence(v.text.empty() ? markdown::of_plain(c.title) : v.text, c.services,
                                        flags_of(tx, e.release_id, c.services), c.external_id);
  return v;
}

/// The entry by its id or its change's, with the right to write it.
struct Held {
  ChangelogEntry entry;
  ScopeChange change;
  planning::Release release;
};
Result<Held> hold(Work& work, const std::string& reference, const std::string& act) {
  auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1 OR change_id = $1", {reference});
  if (!entry) return not_found(fmt::format("there is no changelog entry '{}'; `evenkeel entries` lists them", reference));
  work.tx.lock("changelog_entry", entry->id);
  entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE id = $1", {entry->id});
  auto release = TRY(planning::find_release(work.tx, entry->release_id));
  auto change = store::one<ScopeChange>(work.tx, "change", "WHERE id = $1", {entry->change_id});
  if (!change) return not_found("the change of this entry is gone");
  const auto o = planning::organisation_of(work.tx, release);
  auto allowed = work.require({Role::author, Role::engineering_lead}, release.area, act);
  for (const auto& name : change->services)
    if (const auto* s = definitions::find_service(*o, name);
        s && !allowed && !work.actor.read_only && work.actor.has(Role::engineering_lead, s->area))
      allowed = {};
  TRY(allowed);
  if (release.stage >= Stage::communication)
    return conflict(
        fmt::format("release {} is in stage {}; its entries are told already", release.version, json::enum_text(release.stage)));
  return Held{std::move(*entry), std::move(*change), std::move(release)};
}

template <class E>
EntryView save(Work& work, Held& held) {
  auto& e = held.entry;
  ++e.revision;
  store::update(work.tx, "changelog_entry", e);
  const auto text_hash = to_hex(sha256(
      json::write(std::vector<std::string>{type_text(e.type), e.human_text, e.customer_text, e.internal_text, e.migration_text, e.flag})));
  record(work, E{{.change = e.change_id, .revision = e.revision, .text_hash = text_hash}}, {.subject = e.id, .release = e.release_id});
  return view_of(work.tx, e, held.change);
}

}  // namespace

Result<void> may_draft_entries(Work&, const planning::Release& release) {
  if (release.stage >= Stage::communication)
    return conflict(
        fmt::format("release {} is in stage {}; its entries are told already", release.version, json::enum_text(release.stage)));
  return {};
}

Drafted bring_entries_along(Work& work, const planning::Release& release) {
  const auto fresh = proposals(work.tx, release.id, scope_of(work.tx, release.id, true), *planning::organisation_of(work.tx, release));
  Drafted drafted;
  for (const auto& [change_id, proposal] : fresh) {
    auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE change_id = $1", {change_id});
    if (!entry) {
      auto made = proposal;
      made.id = work.new_id("ent");
      made.release_id = release.id;
      store::insert(work.tx, "changelog_entry", made);
      ++drafted.added;
    } else if (renew(*entry, proposal)) {
      store::update(work.tx, "changelog_entry", *entry);
      ++drafted.renewed;
    }
  }
  if (drafted.added + drafted.renewed > 0)
    record(work, EntriesDrafted{.added = drafted.added, .renewed = drafted.renewed}, {.subject = release.id, .release = release.id});
  return drafted;
}

Result<Drafted> draft_entries_of(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  if (work.actor.kind == ActorKind::person)
    TRY(work.require({Role::author, Role::engineering_lead, Role::coordinator, Role::admin}, release.area, "drafting changelog entries"));
  TRY(may_draft_entries(work, release));
  work.tx.lock("release", release.id);
  return bring_entries_along(work, release);
}

Result<EntryView> edit_entry(Work& work, const EditEntry& command) {
  auto held = TRY(hold(work, command.entry, "editing a changelog entry"));
  auto& e = held.entry;
  if (command.revision && *command.revision != e.revision)
    return conflict(fmt::format("the entry was edited meanwhile (revision {} now); read it again", e.revision));
  if (command.type) {
    e.type = TRY(json::enum_from<Type>(*command.type));
    e.not_notable_because.clear();
  }
  if (!e.notable() && command.human_text && !command.human_text->empty())
    return invalid("the change is marked as not notable; give the entry a type to tell it", "type");
  for (const auto& [in, field] :
       std::initializer_list<std::pair<const std::optional<std::string>*, std::string*>>{{&command.human_text, &e.human_text},
                                                                                         {&command.customer_text, &e.customer_text},
                                                                                         {&command.internal_text, &e.internal_text},
                                                                                         {&command.migration_text, &e.migration_text}})
    if (*in) *field = **in;
  if (command.flag)
    e.flag = command.flag->empty() ? "" : TRY(flag_reference(*planning::organisation_of(work.tx, held.release), *command.flag));
  if (e.notable() && e.text().empty()) return invalid("an entry needs words", "human_text");
  return save<EntryEdited>(work, held);
}

Result<void> let_go(Work& work, const ChangeId& change_id) {
  auto entry = store::one<ChangelogEntry>(work.tx, "changelog_entry", "WHERE change_id = $1", {change_id});
  if (!entry || entry->release_id.empty()) return {};
  const auto flag = risk::dark_behind(work.tx, change_id);
  const auto release = entry->release_id;
  if (flag.empty())
    entry->release_id = {};
  else
    entry->flag = flag;
  ++entry->revision;
  store::update(work.tx, "changelog_entry", *entry);
  record(work, EntryEdited{{.change = change_id, .revision = entry->revision, .text_hash = to_hex(sha256(flag))}},
         {.subject = entry->id, .release = release});
  return {};
}

Result<EntryView> mark_not_notable(Work& work, const MarkNotNotable& command) {
  auto held = TRY(hold(work, command.entry, "marking a change as not notable"));
  if (command.because.empty()) return invalid("say why it is not notable", "because");
  if (held.entry.breaking) return conflict("a breaking change is always notable");
  held.entry.not_notable_because = command.because;
  held.entry.type.reset();
  work.write_text("because", command.because);
  return save<EntryNotNotable>(work, held);
}

std::vector<EntryView> entries_of(store::Tx& tx, const planning::Release& release) {
  std::vector<EntryView> out;
  for (const auto& c : scope_of(tx, release.id, false))
    if (const auto e = store::one<ChangelogEntry>(tx, "changelog_entry", "WHERE change_id = $1", {c.id})) out.push_back(view_of(tx, *e, c));
  return out;
}

std::vector<std::string> changes_without_entry(store::Tx& tx, const ReleaseId& release_id) {
  std::vector<std::string> out;
  tx.exec(
      "SELECT external_id, title FROM change WHERE release_id = $1 AND id NOT IN (SELECT change_id FROM changelog_entry WHERE release_id = "
      "$1) ORDER BY merged_at, id",
      {release_id}, [&](const store::Row& row) { out.push_back(fmt::format("{} ({})", row.text(1), row.text(0).substr(0, 10))); });
  return out;
}

}  // namespace evenkeel::changelog
