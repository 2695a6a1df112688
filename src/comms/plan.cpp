// The plan: who is told what over which channel, and in which order.
#include "accounts/accounts.hpp"
#include "comms/comms.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"
#include "comms/status.hpp"

namespace evenkeel::comms {
namespace {

const definitions::AudienceDef* find_audience(const definitions::Organisation& o, std::string_view name) {
  for (const auto& a : o.audiences)
    if (a.name == name) return &a;
  return nullptr;
}

/// Audiences in an order in which each comes after those it waits for, internal ones first. A circle is broken where it is met.
std::vector<const definitions::AudienceDef*> in_order(const definitions::Organisation& o) {
  std::vector<const definitions::AudienceDef*> out;
  std::set<std::string> seen;
  std::function<void(const definitions::AudienceDef&)> visit = [&](const definitions::AudienceDef& a) {
    if (!seen.insert(a.name).second) return;
    for (const auto& name : a.after)
      if (const auto* before = find_audience(o, name)) visit(*before);
    out.push_back(&a);
  };
  for (const auto kind : {definitions::AudienceKind::internal, definitions::AudienceKind::customers})
    for (const auto& a : o.audiences)
      if (a.kind == kind) visit(a);
  return out;
}

}  // namespace

bool is_internal(const definitions::Organisation& o, const std::string& audience) {
  const auto* a = find_audience(o, audience);
  return a && a->kind == definitions::AudienceKind::internal;
}

Result<std::vector<Communication>> plan_communications(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  work.tx.lock("release", release.id);
  const auto o = planning::organisation_of(work.tx, release);
  const auto before = communications_of(work.tx, release.id).size();
  std::int64_t position = std::int64_t(before);
  std::set<std::string> used, services;
  for (const auto& c : planning::components_of(work.tx, release.id)) services.insert(c.service);
  const auto add = [&](const definitions::ChannelDef& channel, const std::string& audience) {
    used.insert(channel.name);
    if (!channel.service.empty() && !services.contains(channel.service)) return;
    const Communication row{.id = work.new_id("com"),
                            .release_id = release.id,
                            .kind = changelog::is_changelog_file(channel) ? CommunicationKind::changelog_file : CommunicationKind::notes,
                            .audience = audience,
                            .channel = channel.name,
                            .position = position};
    position += store::insert(work.tx, "communication", row, "ON CONFLICT (release_id, kind, audience, channel) DO NOTHING");
  };
  for (const auto* audience : in_order(*o))
    for (const auto& name : audience->channels)
      if (const auto* channel = definitions::find_channel(*o, name)) add(*channel, audience->name);
  for (const auto& channel : o->channels)
    if (changelog::is_changelog_file(channel) && !used.contains(channel.name)) add(channel, "");
  const auto status = plan_status(work, release);
  auto rows = communications_of(work.tx, release.id);
  for (const auto& row : rows)
    if (const auto deadline = deadline_of(*o, release, row))
      enqueue(work, CommunicationDue{release.id},
              {.at = *deadline + Millis{1},
               .key = fmt::format("communication_due:{}:{}", release.id, to_millis(*deadline)),
               .release = release.id});
  if (rows.size() > before || status > 0)
    record(work, CommunicationPlanned{.rows = std::int64_t(rows.size()), .status_updates = status},
           {.subject = release.id, .release = release.id});
  return rows;
}

std::optional<SysTime> deadline_of(const definitions::Organisation& o, const planning::Release& release, const Communication& row) {
  const auto* audience = find_audience(o, row.audience);
  if (row.kind == CommunicationKind::correction || row.kind == CommunicationKind::withdrawal)  // whenever it came to that
    return row.due_at ? std::optional(*row.due_at + (audience ? audience->due : definitions::AudienceDef{}.due)) : std::nullopt;
  if (!release.window_end) return {};
  return *release.window_end + (audience ? audience->due : definitions::AudienceDef{}.due);
}

std::string owner_of(store::Tx& tx, const definitions::Organisation& o, const planning::Release& release, const Communication& row) {
  const auto* audience = find_audience(o, row.audience);
  if (audience && !audience->owner.empty())
    if (const auto person = accounts::find_person(tx, audience->owner)) return person->name;
  return accounts::name_of(tx, release.owner);
}

Result<void> note_overdue(Work& work, const std::string& reference) {
  const auto release = TRY(planning::find_release(work.tx, reference));
  const auto o = planning::organisation_of(work.tx, release);
  if (release.outcome == planning::ReleaseOutcome::cancelled || release.outcome == planning::ReleaseOutcome::superseded) return {};
  for (const auto& row : communications_of(work.tx, release.id)) {
    const auto deadline = deadline_of(*o, release, row);
    if (!deadline || work.now <= *deadline || row.state == CommunicationState::delivered || row.state == CommunicationState::not_needed)
      continue;
    if (!is_internal(*o, row.audience) && !changelog::dark_flags(work.tx, release).empty())
      continue;  // it waits for its flag, not for a person
    if (work.tx.integer("SELECT count(*) FROM ledger_entry WHERE kind = 'communication.overdue' AND subject = $1", {row.id}) > 0) continue;
    record(work, CommunicationOverdue{.audience = row.audience, .channel = row.channel, .state = row.state, .deadline = *deadline},
           {.subject = row.id, .release = release.id});
  }
  return {};
}

std::optional<NotYet> not_yet(const definitions::Organisation& o, const std::vector<Communication>& rows, const Communication& row,
                              SysTime now) {
  const auto* audience = find_audience(o, row.audience);
  const bool internal = audience && audience->kind == definitions::AudienceKind::internal;
  std::optional<SysTime> last;
  for (const auto& other : rows) {
    if (other.id == row.id) continue;
    const bool named = audience && other.position < row.position &&
                       std::find(audience->after.begin(), audience->after.end(), other.audience) != audience->after.end();
    const bool insider_first = !internal && is_internal(o, other.audience);  // I3, whether or not `after` says so
    if (!named && !insider_first) continue;
    if (other.state == CommunicationState::not_needed) continue;
    if (other.state != CommunicationState::delivered)
      return NotYet{fmt::format("{} have it first, and {} over {} is {}", other.audience, json::enum_text(other.kind), other.channel,
                                json::enum_text(other.state)),
                    {}};
    if (!last || *other.delivered_at > *last) last = other.delivered_at;
  }
  if (row.kind == CommunicationKind::correction) return {};  // what is wrong is not left standing for the sake of a lead
  if (audience && last && now < *last + audience->lead)
    return NotYet{fmt::format("{} after those who have it first", to_words(audience->lead)), *last + audience->lead};
  return {};
}

std::vector<Communication> communications_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Communication>(tx, "communication", "WHERE release_id = $1 ORDER BY position, id", {release_id});
}
std::vector<Publication> publications_of(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<Publication>(tx, "publication", "WHERE release_id = $1 ORDER BY at, id", {release_id});
}
std::optional<Communication> find_communication(store::Tx& tx, const std::string& id) {
  return store::one<Communication>(tx, "communication", "WHERE id = $1", {id});
}

}  // namespace evenkeel::comms
