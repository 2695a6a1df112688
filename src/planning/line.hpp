// Stop-the-line: whoever is on call says that nothing more goes out, of one area or of all. Deployments under way are held at once, before
// their next step; nothing begins until somebody lifts it. Rollbacks and rehearsals go on. It holds through what_denies (freeze.hpp), as
// freezes do, so calendar, gate, start and steps see it. The fix itself is let through by two people.
#pragma once
#include "planning/planning.hpp"
#include "work/ids.hpp"

namespace evenkeel::planning {

inline constexpr const char* every_area = "*";

struct StopLine {
  static constexpr std::string_view required[] = {"because"};
  std::string area = "";
  bool all = false;  // every area; either this or the area
  std::string because;
};
BOOST_DESCRIBE_STRUCT(StopLine, (), (area, all, because))

/// A release that a stop holds: a deployment under way, or one whose window is open or opens within a day. In the order in which they go on
/// once it is lifted: what is under way first, what fixes first of all, then by window.
struct HeldRelease {
  std::string release, version, area, standing, next_step;
};
BOOST_DESCRIBE_STRUCT(HeldRelease, (), (release, version, area, standing, next_step))

struct Line {
  Id<Line> id;
  std::string area, by, because;  // area "*": every one; `by`: a name
  SysTime since;
  std::vector<std::string> exempt;  // versions that two people let through
  std::vector<HeldRelease> held;
};
BOOST_DESCRIBE_STRUCT(Line, (), (id, area, by, because, since, exempt, held))

/// Needs: on-call, engineering lead, health monitor, risk manager or coordinator of the area, or whom the definitions name as on call
/// there; for every area, of any one. A reason. Stopped twice it is the same stop. Ledger: line.stopped, run.held of each deployment under
/// way.
Result<Line> stop_line(Work& work, const StopLine& command);

struct ResumeLine {
  static constexpr std::string_view required[] = {"because"};
  std::string area = "";
  bool all = false;
  std::string because;
};
BOOST_DESCRIBE_STRUCT(ResumeLine, (), (area, all, because))
/// The same people. What was held stays held: the answer says in which order it goes on. Error: conflict when it is not stopped. Ledger:
/// line.resumed.
Result<Line> resume_line(Work& work, const ResumeLine& command);

struct ExemptRelease {
  std::string release, because;
};
BOOST_DESCRIBE_STRUCT(ExemptRelease, (), (release, because))
struct Exemption {
  std::string release, version;
  std::int64_t people = 0;  // who said so; two let it through
  bool through = false;
};
BOOST_DESCRIBE_STRUCT(Exemption, (), (release, version, people, through))
/// Error: conflict when no stop holds the release.
Result<void> may_exempt(Work& work, const Release& release);
/// One of the two who let a release through. Ledger: line.exempted.
Result<Exemption> exempt_release(Work& work, const ExemptRelease& command);

/// What is stopped now.
std::vector<Line> stopped_lines(store::Tx& tx, SysTime now);
/// The stops that hold this release.
std::vector<StoppedLine> stopped_for(store::Tx& tx, const Release& release);

}  // namespace evenkeel::planning
