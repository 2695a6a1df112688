// Stop-the-line.
#include "catalogue/print.hpp"
#include "planning/acts.hpp"
#include "planning/line.hpp"

namespace evenkeel::planning {
namespace {

using catalogue::Act;
using catalogue::act;
using catalogue::Nothing;
using catalogue::option;
using catalogue::positional;

constexpr const char* on_call_too = "who is on call is asked of the area, by role or as the definitions name them";

std::string held_of(const Line& line) {
  std::string out;
  for (const auto& h : line.held) out += fmt::format("\n  {} {}: {}; then `{}`", h.area, h.version, h.standing, h.next_step);
  return out;
}
std::string place(const Line& line) { return line.area == every_area ? "every area" : "area " + line.area; }
std::string show_line(const Line& line) {
  auto out = fmt::format("Stopped for {} since {} by {}: {}", place(line), catalogue::short_time(line.since), line.by, line.because);
  if (!line.exempt.empty()) out += fmt::format("\n  let through by two people: {}", fmt::join(line.exempt, ", "));
  return out + held_of(line);
}
std::string show_lines(const std::vector<Line>& all) {
  std::string out;
  for (const auto& line : all) out += (out.empty() ? "" : "\n") + show_line(line);
  return out.empty() ? "The line is not stopped." : out;
}
catalogue::Argument area_argument(std::string StopLine::* field) {
  auto area = positional(field, "Product area; or --all");
  area.needed = false;
  return area;
}
catalogue::Argument area_argument(std::string ResumeLine::* field) {
  auto area = positional(field, "Product area; or --all");
  area.needed = false;
  return area;
}

}  // namespace

std::vector<Act> line_acts() {
  const std::string tag = "line";
  return {
      act("line.stop", "Stop the line: nothing more goes out, of one area or of all", stop_line)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area(on_call_too)
          .says("", "evenkeel line show")
          .http("POST", "/api/v1/line/stop", tag)
          .words("line stop", "Stop the line now; deployments are held before their next step")
          .takes({area_argument(&StopLine::area), option(&StopLine::all, "Every area"), option(&StopLine::because, "Why").required()})
          .prints(show_line),
      act("line.resume", "Lift the stop", resume_line)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area(on_call_too)
          .says("", "evenkeel line show")
          .http("POST", "/api/v1/line/resume", tag)
          .words("line resume", "Lift the stop; what was held is listed in the order in which it goes on")
          .takes({area_argument(&ResumeLine::area), option(&ResumeLine::all, "The stop of every area"),
                  option(&ResumeLine::because, "Why").required()})
          .prints([](const Line& line) { return fmt::format("The line goes on for {}.{}", place(line), held_of(line)); }),
      act("line.exempt", "Let a release through a stopped line: two people do", exempt_release)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area(on_call_too)
          .possible_when(of_release(may_exempt))
          .says("", "evenkeel line show")
          .http("POST", "/api/v1/releases/{release}/line-exemption", tag)
          .words("line exempt", "Let the fix itself through; it needs two people")
          .takes({positional(&ExemptRelease::release, release_help), option(&ExemptRelease::because, "Why").required()})
          .prints([](const Exemption& e) {
            return e.through ? fmt::format("Release {} may go out while the line is stopped.", e.version)
                             : fmt::format("Noted. A second person says the same: `evenkeel line exempt {} --because ...`", e.release);
          }),
      act("line.show", "Where the line is stopped, by whom, why, and what it holds",
          [](Work& work, const Nothing&) -> Result<std::vector<Line>> { return stopped_lines(work.tx, work.now); })
          .reads()
          .for_any_role()
          .http("GET", "/api/v1/line", tag)
          .words("line show", "Where the line is stopped")
          .prints(show_lines),
  };
}

}  // namespace evenkeel::planning
