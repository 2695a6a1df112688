// The window of a release: set, moved, and moved again after a go.
#include "planning/events.hpp"
#include "planning/find.hpp"
#include "planning/in_force.hpp"
#include "planning/jobs.hpp"
#include "planning/longest_window.hpp"
#include "planning/on_call.hpp"
#include "planning/plan_parts.hpp"
#include "steps/run.hpp"
#include "work/job.hpp"

namespace evenkeel::planning {
namespace {

constexpr auto a_second_person_within = std::chrono::hours{24};

struct Proposal {
  Id<Proposal> id;
  ReleaseId release_id;
  SysTime window_start, window_end;
  std::string person, reason_text;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Proposal, (), (id, release_id, window_start, window_end, person, reason_text, at))
struct Agreement {
  Id<Proposal> id;
  ReleaseId release_id;
  std::string person;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Agreement, (), (id, release_id, person, at))

/// The newest one since the go, when nobody has agreed yet.
std::optional<Proposal> open_proposal(store::Tx& tx, const Release& release) {
  if (release.stage != Stage::deployment) return {};
  auto newest = store::one<Proposal>(tx, "window_proposal",
                                     "WHERE release_id = $1 AND at >= (SELECT coalesce(max(at), 0) FROM decision WHERE "
                                     "release_id = $1) ORDER BY at DESC, id DESC LIMIT 1",
                                     {release.id});
  if (newest && tx.value("SELECT id FROM window_agreement WHERE id = $1", {newest->id})) return {};
  return newest;
}

/// After a go: freezes, on-call and the owners of steps are asked anew; the votes stand, as the scope is the same.
Result<void> free_and_manned(Work& work, const Release& release, const Interval& window) {
  Error error{ErrorKind::frozen, fmt::format("{} cannot go out in that window", release.version), {}, {}, {}};
  auto denial = what_denies(work.tx, release, window);
  denial.stopped.clear();  // that holds today; whether it still does is asked at the start
  if (!denial.clear()) error.refusals = refusals_of(denial, release);
  std::ranges::move(who_is_missing(work.tx, release, window), std::back_inserter(error.refusals));
  if (error.refusals.empty()) return {};
  return std::unexpected(std::move(error));
}

/// As it holds for a release that is there.
Result<void> short_enough(Work& work, const Release& release, const Interval& window) {
  return no_longer_than_declared(*in_force(work.tx, release), areas_of(work.tx, release), window, work.now, [&](const Interval& shorter) {
    return fmt::format("`evenkeel release move {} --window-start {} --window-end {} --reason ...`", called(release), to_iso(shorter.start),
                       to_iso(shorter.end));
  });
}

void put_window(Work& work, Release& release, const std::optional<Interval>& window) {
  if (window) {
    release.window_start = window->start;
    release.window_end = window->end;
  }
  ++release.revision;
  store::update(work.tx, "release", release);
  work.tx.exec("UPDATE component SET confirmed_by = '', confirmed_at = NULL WHERE release_id = $1", {release.id});
  record(work,
         ReleaseMoved{.window_start = release.window_start ? to_iso(*release.window_start) : "",
                      .window_end = release.window_end ? to_iso(*release.window_end) : ""},
         {.subject = release.id, .release = release.id});
  if (release.stage == Stage::deployment)
    enqueue(work, WindowPassed{release.id},
            {.at = *release.window_end,
             .key = fmt::format("window_passed:{}:{}", release.id, to_millis(*release.window_end)),
             .release = release.id});
}

Result<MovedWindow> move_after_go(Work& work, Release release, const Interval& window, const std::string& reason) {
  if (reason.empty()) return invalid("moving a window after the go needs a reason", "reason");
  TRY(free_and_manned(work, release, window));
  const auto text = work.write_text("reason", reason);
  if (window.start >= work.now + a_second_person_within) {
    put_window(work, release, window);
    return MovedWindow{{release}, false};
  }
  const Proposal proposal{work.new_id("wpr"), release.id, window.start, window.end, work.actor.id, text, work.now};
  store::insert(work.tx, "window_proposal", proposal);
  record(work, WindowProposed{.window_start = to_iso(window.start), .window_end = to_iso(window.end)},
         {.subject = proposal.id, .release = release.id, .seals = {{"window_proposal", proposal.id}}});
  return MovedWindow{{release}, true};
}

}  // namespace

Result<void> check_window(const std::optional<SysTime>& start, const std::optional<SysTime>& end, SysTime now) {
  if (start.has_value() != end.has_value())
    return invalid("a window has a start and an end; one of them is missing", start ? "window_end" : "window_start");
  if (start && *end <= *start) return invalid("the window ends before it starts", "window_end");
  if (start && *end <= now) return invalid(fmt::format("the window is over: it ended {}", to_iso(*end)), "window_end");
  return {};
}

Result<void> not_decided(Work& work, const Release& r, const char* act) {
  if (r.stage < Stage::deployment) return {};
  std::string instead;
  if (r.stage == Stage::deployment && !steps::something_is_out(work.tx, r.id))
    instead = fmt::format(". Until a step has run the go can be taken back: `evenkeel decide {} no_go --reason ...`", called(r));
  else if (r.stage == Stage::deployment)
    instead = fmt::format(". What is out can be rolled back: `evenkeel rollback start {} --reason ...`", called(r));
  return conflict(fmt::format("release {} is in stage {}; {} is possible only before the deployment{}", r.version, json::enum_text(r.stage),
                              act, instead));
}

std::string how_to_move(const Release& release) {
  return fmt::format("move the window (`evenkeel release move {} --window-start TIME --window-end TIME --reason ...`){}", called(release),
                     release.stage == Stage::deployment ? "; the go stands" : " and decide again");
}

Result<void> may_move_window(Work& work, const Release& release) {
  if (release.stage != Stage::deployment) return not_decided(work, release, "moving the window");
  const auto run = steps::latest_run(work.tx, release.id);
  if (run && steps::goes_on(*run))
    return conflict(fmt::format("the {} of {} is under way; `evenkeel deploy abandon {} --reason ...` ends it", json::enum_text(run->kind),
                                release.version, called(release)));
  return {};
}

Result<MovedWindow> move_window(Work& work, const MoveWindow& command) {
  auto release = TRY(find_release(work.tx, command.release));
  TRY(work.require({Role::coordinator, Role::admin}, release.area, "moving a window"));
  work.tx.lock("release", release.id);
  TRY(may_move_window(work, release));
  auto start = command.window_start, end = command.window_end;
  if (start && !end && release.window_start) end = *start + (*release.window_end - *release.window_start);  // as long as it was
  if (end && !start) start = release.window_start;
  TRY(check_window(start, end, work.now));
  if (start) TRY(short_enough(work, release, {*start, *end}));
  if (release.stage == Stage::deployment) {
    if (!start) return invalid("say when the window is", "window_start");
    return move_after_go(work, std::move(release), {*start, *end}, command.reason);
  }
  if (release.stage == Stage::go_no_go && command.reason.empty())
    return invalid("moving a window during the review needs a reason", "reason");
  if (command.scope_freeze_at) release.scope_freeze_at = command.scope_freeze_at;
  work.write_text("reason", command.reason);
  put_window(work, release, start ? std::optional(Interval{*start, *end}) : std::nullopt);
  return MovedWindow{{release}, false};
}

std::optional<ProposedWindow> proposed_window(store::Tx& tx, const Release& release, SysTime now) {
  const auto open = open_proposal(tx, release);
  if (!open || open->window_end <= now) return {};
  return ProposedWindow{open->person, open->window_start, open->window_end};
}

Result<void> may_agree(Work& work, const Release& release) {
  const auto proposal = open_proposal(work.tx, release);
  if (!proposal) return conflict(fmt::format("no new window of release {} waits for a second person", release.version));
  if (proposal->person == work.actor.id) return forbidden("a second person agrees, not the one who proposed the window");
  if (proposal->window_end <= work.now) return conflict(fmt::format("the proposed window is over; {}", how_to_move(release)));
  return may_move_window(work, release);
}

Result<MovedWindow> agree_to_window(Work& work, const std::string& reference) {
  auto release = TRY(find_release(work.tx, reference));
  work.tx.lock("release", release.id);
  TRY(may_agree(work, release));
  const auto proposal = open_proposal(work.tx, release);
  const Interval window{proposal->window_start, proposal->window_end};
  TRY(short_enough(work, release, window));
  TRY(free_and_manned(work, release, window));
  const Agreement agreement{proposal->id, release.id, work.actor.id, work.now};
  store::insert(work.tx, "window_agreement", agreement);
  record(work, WindowAgreed{}, {.subject = proposal->id, .release = release.id, .seals = {{"window_agreement", agreement.id}}});
  put_window(work, release, window);
  return MovedWindow{{release}, false};
}

}  // namespace evenkeel::planning
