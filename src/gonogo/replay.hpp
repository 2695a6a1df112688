// What other definitions would have let through or held: the newest decision of each release of the past days judged again by them, before
// they are applied.
//
// Judged from what the decision sealed (the gates as they were found, with their waivers), with what the proposed definitions say anew: how
// gates are enforced, who signs, which freezes stand over the window, which tests are asked for, how old a rehearsal may be, how long a
// window is. A gate of which the definitions say nothing new is taken as it was found; one that would have to be asked again and cannot be
// is unknown, and says so.
#pragma once
#include "gonogo/gonogo.hpp"

namespace evenkeel::gonogo {

struct ReplayPolicy {
  static constexpr std::string_view required[] = {"organisation"};
  definitions::Organisation organisation;
  std::string origin = "file";
  std::int64_t days = 90;
};
BOOST_DESCRIBE_STRUCT(ReplayPolicy, (), (organisation, origin, days))

/// One that would have fared otherwise.
struct Replayed {
  std::string release, version, area;  // release: its id
  std::int64_t number = 0;             // of the decision
  SysTime decided_at;
  Verdict verdict = Verdict::go;                                      // as it was decided
  Verdict was = Verdict::go, would_be = Verdict::go;                  // as the gates said
  planning::ReleaseOutcome outcome = planning::ReleaseOutcome::open;  // what became of the release
  std::vector<std::string> because;
};
BOOST_DESCRIBE_STRUCT(Replayed, (), (release, version, area, number, decided_at, verdict, was, would_be, outcome, because))
struct PolicyReplay {
  SysTime since;
  std::int64_t releases = 0;  // that were decided since, in areas that the asker reads
  std::int64_t would_hold = 0, would_let_through = 0;
  std::vector<Replayed> differ;  // newest first
};
BOOST_DESCRIBE_STRUCT(PolicyReplay, (), (since, releases, would_hold, would_let_through, differ))

/// Reads alone. Errors: invalid: definitions that do not hold together, days outside 1 to 730.
Result<PolicyReplay> replay(Work& work, const ReplayPolicy& proposed);
std::string show_replay(const PolicyReplay& replayed);

}  // namespace evenkeel::gonogo
