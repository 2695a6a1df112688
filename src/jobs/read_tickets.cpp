#include "jobs/read_tickets.hpp"

#include "capabilities/tracker.hpp"
#include "changelog/jobs.hpp"
#include "changelog/ticket.hpp"

namespace evenkeel::jobs {
namespace {

using changelog::Ticket;
using changelog::TicketState;
constexpr Millis every = std::chrono::minutes{2}, fresh_for = std::chrono::minutes{15};
constexpr std::size_t most_at_once = 50;  // hosts count what is asked of them by the hour

bool is_host(const definitions::ConnectionDef& c) { return is_able_to(c, definitions::Ability::tracker); }

/// The host that keeps the tickets of a repository there; of one whose host is not known, the first there is. The same for every question
/// of a run.
class Trackers {
 public:
  Trackers(const definitions::Organisation& o, const capabilities::Connections& outside) {
    for (const auto& c : o.connections)
      if (is_host(c)) opened_.push_back(outside.open(c));
  }
  /// Error: unavailable; a host that cannot be opened may be the one.
  Result<capabilities::Tracker*> of(const std::string& host) const {
    const Error* closed = nullptr;
    for (const auto& one : opened_) {
      if (!one && !closed) closed = &one.error();
      if (one && (host.empty() || one->tracker->host() == host)) return one->tracker.get();
    }
    if (closed) return std::unexpected(*closed);
    return unavailable("no connection of kind github or gitlab reaches its host");
  }

 private:
  std::vector<Result<capabilities::Integration>> opened_;
};

/// What is to be asked now, with where.
struct Question {
  Ticket ticket;
  std::string host;  // of its repository; empty: not known
};
struct Plan {
  std::shared_ptr<const definitions::Organisation> organisation;
  std::vector<Question> questions;
  bool over = false;
};

Plan plan_of(store::Tx& tx, const planning::Release& release, SysTime now) {
  Plan plan{planning::organisation_of(tx, release), {}, false};
  plan.over = release.stage > planning::Stage::communication ||
              (release.outcome != planning::ReleaseOutcome::open && release.outcome != planning::ReleaseOutcome::shipped);
  if (plan.over) return plan;
  std::map<std::string, SysTime> read;
  for (const auto& t : changelog::tickets_of(tx, release.id)) read[t.reference] = t.read_at;
  for (const auto& [change, named] : changelog::tickets_by_change(tx, release))
    for (const auto& reference : named.references) {
      const auto known = read.find(reference);
      if (plan.questions.size() >= most_at_once || (known != read.end() && now - known->second < fresh_for)) continue;
      read[reference] = now;
      plan.questions.push_back({{.release_id = release.id, .reference = reference}, named.host});
    }
  return plan;
}

Ticket answer_to(const Trackers& trackers, const Question& q, const std::stop_token& stop) {
  auto t = q.ticket;
  const auto tracker = trackers.of(q.host);
  if (!tracker) return t.problem = tracker.error().message, t;
  const auto hash = t.reference.rfind('#');
  auto issue = (*tracker)->read(t.reference.substr(0, hash), std::atoll(t.reference.c_str() + hash + 1), stop);
  t.state = json::enum_from<TicketState>(json::enum_text(issue.state)).value_or(TicketState::unknown);  // by name: the same words
  t.title = std::move(issue.title), t.url = std::move(issue.url), t.problem = std::move(issue.problem);
  return t;
}

}  // namespace

Result<void> plan_ticket_readings(Work& work, const ReleaseId& release_id) {
  const auto o = planning::organisation_of(work.tx, TRY(planning::find_release(work.tx, release_id)));
  if (std::any_of(o->connections.begin(), o->connections.end(), is_host))
    enqueue(work, changelog::ReadTickets{release_id},
            {.at = work.now, .key = "tickets:" + release_id, .release = release_id, .tries = Tries::until_done});
  return {};
}

Outcome read_tickets(Claim& claim, const changelog::ReadTickets& order, const capabilities::Connections& outside) {
  const auto& id = order.release;
  const auto plan = claim.engine.database.read(
      [&](store::Tx& tx) -> Result<Plan> { return plan_of(tx, TRY(planning::find_release(tx, id)), claim.engine.clock.now()); });
  if (!plan) return {Outcome::dead, plan.error().message};
  if (plan->over) return {Outcome::done};
  const Trackers trackers{*plan->organisation, outside};
  std::vector<Ticket> read;
  for (const auto& question : plan->questions) {
    if (claim.stop.stop_requested()) return {.kind = Outcome::again, .wait = Millis{1}};
    read.push_back(answer_to(trackers, question, claim.stop));
  }
  if (!read.empty()) {
    const auto stored = claim.engine.perform(member(Member::notes_author), [&](Work& work) -> Result<void> {
      for (const auto& ticket : read) changelog::store_ticket(work, ticket);
      return {};
    });
    if (!stored) return {Outcome::retry, stored.error().message};
  }
  return {.kind = Outcome::again, .wait = every};
}

}  // namespace evenkeel::jobs
