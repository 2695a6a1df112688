#include "comms/status.hpp"
#include "comms/events.hpp"
#include "comms/jobs.hpp"
#include "markdown/literal.hpp"

namespace evenkeel::comms {
namespace {

using definitions::Organisation;
using planning::Release;

constexpr StatusMoment expected[] = {StatusMoment::deployment_started, StatusMoment::deployment_finished, StatusMoment::declared_healthy};

/// What a turn is about, as far as its words need it.
struct About {
  std::shared_ptr<const Organisation> organisation;
  std::optional<Release> release;
  std::string components;
};

Result<About> about(store::Tx& tx, const Turn& turn) {
  About a;
  if (turn.release_id.empty()) {
    const auto current = definitions::current(tx);
    if (current) a.organisation = *current;
    return a;
  }
  a.release = TRY(planning::find_release(tx, turn.release_id));
  a.organisation = planning::organisation_of(tx, *a.release);
  for (const auto& c : planning::components_of(tx, a.release->id))
    a.components +=
        fmt::format("- {} {}{}\n", c.service, c.version, c.from_version.empty() ? "" : fmt::format(" (before: {})", c.from_version));
  return a;
}

/// What people outside call the thing: the area's title, else the organisation.
std::string product_of(const About& a, const Turn& turn) {
  std::string area = a.release ? a.release->area : "";
  if (const auto* service = definitions::find_service(*a.organisation, turn.service)) area = service->area;
  const auto* found = definitions::find_area(*a.organisation, area);
  return !found ? a.organisation->name : found->title.empty() ? found->name : found->title;
}

struct Words {
  std::string subject, body;
};

Words for_insiders(const About& a, const Turn& turn) {
  const auto release = a.release ? fmt::format("{} {}", a.release->area, a.release->version) : std::string();
  const auto incident = turn.service.empty() ? turn.title : fmt::format("{} ({})", turn.title, turn.service);
  const auto tied = release.empty() ? std::string() : fmt::format(" It is tied to release {}.", release);
  switch (turn.moment) {
    using enum StatusMoment;
    case deployment_started:
      return {release + " is being deployed", a.components};
    case deployment_finished:
      return {release + " is out and is being watched", a.components};
    case deployment_stopped:
      return {"The deployment of " + release + " was ended by a person before its end", a.components};
    case declared_healthy:
      return {release + " was declared healthy", a.components};
    case rollback_started:
      return {release + " is being rolled back", a.components};
    case rolled_back:
      return {release + " was rolled back", a.components + "\nThe old versions are back.\n"};
    case incident_opened:
      return {"Incident: " + incident, fmt::format("An incident is open since {}.{}\n", to_iso(turn.at), tied)};
    case incident_ongoing:
      return {fmt::format("Incident, update {}: {}", turn.number, incident), fmt::format("It is not over yet.{}\n", tied)};
    case incident_mitigated:
      return {"Mitigated: " + incident, "Its effects are over; the cause is still being removed.\n"};
    case incident_resolved:
      return {"Resolved: " + incident, "The incident is over.\n"};
  }
  return {};
}

/// People outside get what it means for them, never what it is called inside.
Words for_customers(const About& a, const Turn& turn) {
  const auto product = product_of(a, turn), named = markdown::of_plain(product);  // in the subject, in the body
  switch (turn.moment) {
    using enum StatusMoment;
    case deployment_started:
      return {product + " is being updated", "We are updating " + named + " now. You need not do anything.\n"};
    case deployment_finished:
      return {product + ": the update is out", "The update of " + named + " is out, and we are watching it.\n"};
    case deployment_stopped:
      return {product + ": the update was stopped", "We have stopped the update of " + named + " and look into it.\n"};
    case declared_healthy:
      return {product + ": the update is complete", "The update of " + named + " is complete.\n"};
    case rollback_started:
      return {product + ": we take the update back", "We are taking the update of " + named + " back. You need not do anything.\n"};
    case rolled_back:
      return {product + " is as it was before the update", "We have taken the update of " + named + " back. It works as before.\n"};
    case incident_opened:
      return {"A problem with " + product, "There is a problem with " + named + ", and we are looking into it.\n"};
    case incident_ongoing:
      return {"A problem with " + product + ": still being worked on", "We are still working on the problem with " + named + ".\n"};
    case incident_mitigated:
      return {"A problem with " + product + ": it works again", named + " works again. We are still removing the cause.\n"};
    case incident_resolved:
      return {"A problem with " + product + ": solved", "The problem with " + named + " is solved.\n"};
  }
  return {};
}

/// The organisation's own words for it, where it has some.
std::optional<Words> own_words(const About& a, const Turn& turn, definitions::AudienceKind kind) {
  for (const auto& own : a.organisation->words.status) {
    if (own.moment != turn.moment || own.audience != kind) continue;
    std::map<std::string, std::string, std::less<>> values{{"organisation", a.organisation->name},
                                                           {"area", a.release ? a.release->area : ""},
                                                           {"version", a.release ? a.release->version : ""},
                                                           {"components", a.components},
                                                           {"product", product_of(a, turn)},
                                                           {"incident", turn.title}};
    auto subject = changelog::with_variables(own.subject, values);
    for (const auto* name : {"organisation", "product", "incident"}) values[name] = markdown::of_plain(values[name]);  // words in Markdown
    return Words{std::move(subject), changelog::with_variables(own.body, values) + "\n"};
  }
  return {};
}

Words words_of(const About& a, const Turn& turn, const definitions::AudienceDef& audience) {
  const bool insiders = audience.kind == definitions::AudienceKind::internal;
  auto own = own_words(a, turn, audience.kind);
  auto words = own ? std::move(*own) : insiders ? for_insiders(a, turn) : for_customers(a, turn);
  const bool goes_on = turn.moment == StatusMoment::incident_opened || turn.moment == StatusMoment::incident_ongoing;
  words.body +=
      fmt::format("\n{}{}\n", to_iso(turn.at),
                  goes_on && audience.status_every.count() > 0
                      ? fmt::format(". The next word comes by {}, unless it is over before.", to_iso(turn.at + audience.status_every))
                      : "");
  return words;
}

template <class E>
void record_of(Work& work, const StatusUpdate& row) {
  record(work, E{{.moment = row.moment, .incident = row.incident_id, .audience = row.audience, .channel = row.channel}},
         {.subject = row.id, .release = row.release_id});
}

void not_needed(Work& work, StatusUpdate row, const std::string& because) {
  row.state = CommunicationState::not_needed;
  row.because = because;
  store::update(work.tx, "status_update", row);
  work.write_text("because", because);
  record_of<StatusNotNeeded>(work, row);
}

StatusUpdate row_of(Work& work, const Turn& turn, const std::string& audience, const std::string& channel) {
  return {.id = work.new_id("sta"),
          .release_id = turn.release_id,
          .incident_id = turn.incident_id,
          .moment = turn.moment,
          .number = turn.number,
          .audience = audience,
          .channel = channel};
}
std::int64_t keep(Work& work, const StatusUpdate& row) {
  return store::insert(work.tx, "status_update", row,
                       "ON CONFLICT (release_id, incident_id, moment, number, audience, channel) DO NOTHING");
}

void hand_out(Work& work, StatusUpdate row, const Words& words, SysTime at) {
  row.subject = words.subject;
  row.body = words.body;
  row.happened_at = at;
  row.state = CommunicationState::sending;
  row.job_id = enqueue(work, DeliverStatus{row.id}, {.at = work.now, .key = "status:" + row.id, .release = row.release_id});
  store::update(work.tx, "status_update", row);
  record_of<StatusTold>(work, row);
}

}  // namespace

std::int64_t plan_status(Work& work, const Release& release) {
  const auto o = planning::organisation_of(work.tx, release);
  std::int64_t added = 0;
  for (const auto moment : expected)
    for (const auto& audience : o->audiences)
      for (const auto& channel : audience.status)
        added += keep(work, row_of(work, {.moment = moment, .at = {}, .release_id = release.id}, audience.name, channel));
  return added;
}

Result<void> tell(Work& work, const Turn& turn) {
  const auto a = TRY(about(work.tx, turn));
  if (!a.organisation) return {};
  for (const auto& audience : a.organisation->audiences) {
    if (!turn.audience.empty() && turn.audience != audience.name) continue;
    for (const auto& channel : audience.status) {
      keep(work, row_of(work, turn, audience.name, channel));
      const auto row = store::one<StatusUpdate>(
          work.tx, "status_update",
          "WHERE release_id = $1 AND incident_id = $2 AND moment = $3 AND number = $4 AND audience = $5 AND channel = $6",
          {turn.release_id, turn.incident_id, std::string(json::enum_text(turn.moment)), turn.number, audience.name, channel});
      if (row && row->state == CommunicationState::planned) hand_out(work, *row, words_of(a, turn, audience), turn.at);
    }
  }
  return {};
}

Result<void> close_status(Work& work, const ReleaseId& release_id) {
  for (const auto& row : status_of_release(work.tx, release_id))
    if (row.state == CommunicationState::planned) not_needed(work, row, "it did not come to this");
  return {};
}

void record_status_delivery(Work& work, StatusUpdate row, const std::string& receipt) {
  row.state = CommunicationState::delivered;
  row.receipt = receipt;
  row.delivered_at = work.now;
  store::update(work.tx, "status_update", row);
  record_of<StatusDelivered>(work, row);
}

void record_status_failure(Work& work, StatusUpdate row, const std::string& reason) {
  row.state = CommunicationState::failed;
  row.because = reason;
  store::update(work.tx, "status_update", row);
  work.write_text("reason", reason);
  record_of<StatusFailed>(work, row);
}

Result<StatusUpdate> skip_status(Work& work, const Skip& command) {
  auto row = store::one<StatusUpdate>(work.tx, "status_update", "WHERE id = $1", {command.communication});
  if (!row) return not_found("there is no status update " + command.communication);
  std::string area = "*";
  if (!row->release_id.empty()) area = TRY(planning::find_release(work.tx, row->release_id)).area;
  TRY(work.require({Role::author, Role::coordinator, Role::on_call}, area, "leaving a status update out"));
  if (command.because.empty()) return invalid("say why it is not needed", "because");
  if (row->state != CommunicationState::planned && row->state != CommunicationState::failed)
    return conflict(fmt::format("this status update is {}", json::enum_text(row->state)));
  not_needed(work, *row, command.because);
  return *store::one<StatusUpdate>(work.tx, "status_update", "WHERE id = $1", {row->id});
}

std::vector<StatusUpdate> status_of_release(store::Tx& tx, const ReleaseId& release_id) {
  return store::all<StatusUpdate>(tx, "status_update", "WHERE release_id = $1 ORDER BY id", {release_id});
}
std::vector<StatusUpdate> status_of_incident(store::Tx& tx, const IncidentId& incident_id) {
  return store::all<StatusUpdate>(tx, "status_update", "WHERE incident_id = $1 ORDER BY id", {incident_id});
}
bool is_undone(const StatusUpdate& row) {
  return row.state != CommunicationState::delivered && row.state != CommunicationState::not_needed;
}

std::map<std::string, Millis> rhythms(const Organisation& o) {
  std::map<std::string, Millis> out;
  for (const auto& a : o.audiences)
    if (!a.status.empty() && a.status_every.count() > 0) out[a.name] = a.status_every;
  return out;
}

}  // namespace evenkeel::comms
