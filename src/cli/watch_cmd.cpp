// Following a run: `deploy watch`, `deploy log`, and every --wait. On a terminal a block that is drawn anew, with keys; in a pipe a line
// for each step as it ends. A step that failed shows the end of what it printed, and what can be done about it.
#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "cli/ask.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"
#include "cli/terminal.hpp"
#include "cli/visible.hpp"
#include "deploy/run_view.hpp"

namespace evenkeel::cli {
namespace {

using deploy::RunView;
using deploy::StepRow;
using steps::RunState;
using steps::StepState;

/// What is read of a release's page: its watches, and a rollback that waits for a word.
struct Watched {
  std::string service, state, sentence;
  std::int64_t next_interval = 0;
};
BOOST_DESCRIBE_STRUCT(Watched, (), (service, state, sentence, next_interval))
struct Recommended {
  std::string sentence;
};
BOOST_DESCRIBE_STRUCT(Recommended, (), (sentence))
struct Page {
  std::optional<RunView> run;
  std::optional<Recommended> recommendation;
  std::vector<Watched> watches;
};
BOOST_DESCRIBE_STRUCT(Page, (), (run, recommendation, watches))

const char* glyph(StepState state) {
  using enum StepState;
  return state == done      ? "\u2713"
         : state == failed  ? "\u00d7"
         : state == running ? "\u25b6"
         : state == waiting ? "\u25cb"
         : state == unknown ? "?"
                            : "\u00b7";
}
/// A state as people say it: a step that waits for a person does not run.
std::string words_of(const StepRow& s) {
  if (!s.outcome.empty()) return s.outcome;
  using enum StepState;
  return s.state == waiting   ? "waits for " + (s.owner.empty() ? "a person" : s.owner)
         : s.state == pending ? ""
                              : std::string(json::enum_text(s.state));
}
std::string line_of(const StepRow& s, std::size_t of) {
  return fmt::format("  {} {}/{} {} {}: {}", glyph(s.state), s.position, of, s.service, s.name, words_of(s));
}

std::string length_in_words(Millis length) {
  const auto seconds = std::max<std::int64_t>(0, length.count() / 1000);
  return seconds < 60 ? fmt::format("{} s", seconds) : fmt::format("{}:{:02} min", seconds / 60, seconds % 60);
}

std::string last_lines(const std::string& text, std::size_t n) {
  auto at = text.size();
  while (at > 0 && text[at - 1] == '\n') --at;
  const auto end = at;
  for (; n > 0 && at != 0; --n) {
    const auto before = text.rfind('\n', at - 1);
    at = before == std::string::npos || before == 0 ? 0 : before;
    if (before == std::string::npos) break;
  }
  return text.substr(at == 0 ? 0 : at + 1, end - (at == 0 ? 0 : at + 1));
}

Result<std::vector<steps::Attempt>> attempts_of(Api& api, const std::string& run) {
  return json::from_value<std::vector<steps::Attempt>>(TRY(api.call("GET", "/api/v1/runs/" + http::percent_encode(run) + "/attempts")));
}

/// The end of what the step printed, and the commands that can follow. Whoever may not read outputs is told so by an empty one.
std::string unfolded(Api& api, const RunView& run, const StepRow& step, const std::string& release) {
  std::string out;
  if (const auto attempts = attempts_of(api, run.id))
    for (const auto& a : *attempts)
      if (a.step_id == step.id && !a.output.empty()) out = last_lines(a.output, 12);
  std::string text;
  for (std::size_t at = 0; at < out.size();) {
    const auto end = std::min(out.find('\n', at), out.size());
    text += "      | " + out.substr(at, end - at) + "\n";
    at = end + 1;
  }
  if (release.empty() || run.kind == steps::RunKind::rehearsal) return text;
  const auto of_step = fmt::format("{} {}", release, step.position);
  if (step.state == StepState::waiting || step.state == StepState::unknown)
    return text + fmt::format(
                      "      evenkeel deploy confirm {0}    it has taken effect\n      evenkeel deploy deny {0}       it has not\n"
                      "next: evenkeel deploy confirm {0}\n",
                      of_step);
  return text + fmt::format(
                    "      evenkeel deploy retry {0}\n      evenkeel deploy skip {0} --reason \"...\"\n"
                    "      evenkeel rollback start {1} --reason \"...\"\nnext: evenkeel deploy log {0}\n",
                    of_step, release);
}

/// What is left to say of a run that does not go on by itself, and the exit code: 0 done, 1 failed, held or abandoned, 4 it waits.
int say_end(const Args& args, Api& api, const RunView& run, const std::string& release) {
  for (const auto& s : run.steps)
    if (s.state == StepState::failed || s.state == StepState::unknown || s.state == StepState::waiting) {
      const auto text = unfolded(api, run, s, release);
      if (!text.empty()) args.print(text);
      break;
    }
  args.print(fmt::format("{} {}: {}", json::enum_text(run.kind), json::enum_text(run.state), run.sentence));
  if (run.state == RunState::done && !release.empty()) args.print("next: evenkeel release show " + release);
  return run.state == RunState::done ? 0 : run.state == RunState::running ? 4 : 1;
}
bool waits_for_a_person(const RunView& run) {
  return std::any_of(run.steps.begin(), run.steps.end(), [](const auto& s) { return s.state == StepState::waiting; });
}
/// Which release the words name, for the commands that can follow.
std::string release_of(const Args& args) { return args.text("release"); }

// ---- drawn on a terminal -------------------------------------------------------------------------------------------------

/// Keys come one by one, unseen, while this lives.
class Keys {
 public:
  Keys() {
    known_ = ::tcgetattr(0, &before_) == 0;
    auto raw = before_;
    raw.c_lflag &= ~tcflag_t(ECHO | ICANON);
    if (known_) ::tcsetattr(0, TCSANOW, &raw);
  }
  ~Keys() {
    if (known_) ::tcsetattr(0, TCSANOW, &before_);
  }
  /// 0 when none came in this time.
  char wait(int milliseconds) {
    pollfd in{0, POLLIN, 0};
    char key = 0;
    return ::poll(&in, 1, milliseconds) > 0 && ::read(0, &key, 1) == 1 ? key : 0;
  }

 private:
  termios before_{};
  bool known_ = false;
};

std::string bar(std::int64_t done, std::int64_t all) {
  constexpr std::int64_t wide = 24;
  const auto full = all > 0 ? std::min(wide, done * wide / all) : 0;
  std::string out;
  for (std::int64_t i = 0; i < wide; ++i) out += i < full ? "\u2588" : "\u2591";
  return out;
}

std::string block_of(const Page& page, std::size_t width) {
  const auto& run = *page.run;
  const auto now = SystemClock{}.now();
  std::int64_t ended = 0;
  for (const auto& s : run.steps) ended += s.state == StepState::done || s.state == StepState::skipped;
  auto out = fmt::format("{} {} \u00b7 {} \u00b7 since {}\n  {} {} of {} steps\n", json::enum_text(run.kind), json::enum_text(run.state),
                         length_in_words(std::chrono::duration_cast<Millis>(run.ended_at.value_or(now) - run.started_at)),
                         catalogue::short_time(run.started_at), bar(ended, std::int64_t(run.steps.size())), ended, run.steps.size());
  for (const auto& s : run.steps) {
    auto line = line_of(s, run.steps.size());
    if (s.state == StepState::running && s.started_at)
      line += ", " + length_in_words(std::chrono::duration_cast<Millis>(now - *s.started_at));
    out += wrapped(line, width, 8) + "\n";
  }
  for (const auto& w : page.watches)
    out +=
        wrapped(fmt::format("  watch of {}: {} \u00b7 {} intervals \u00b7 {}", w.service, w.state, w.next_interval, w.sentence), width, 8) +
        "\n";
  if (page.recommendation) out += wrapped("  ! rollback recommended: " + page.recommendation->sentence, width, 8) + "\n";
  return out + "  keys: h hold, c go on, r roll back, q leave (it goes on)\n";
}

void draw(const Args& args, const std::string& block, std::size_t& lines) {
  std::string out;
  if (lines) out += fmt::format("\033[{}A\033[J", lines);
  const auto shown = visible(block);
  out += args.colour ? coloured(shown) : shown;
  lines = std::size_t(std::count(shown.begin(), shown.end(), '\n'));
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

Result<Page> page_of(Api& api, const std::string& release) {
  auto page = TRY(json::from_value<Page>(TRY(api.call("GET", "/api/v1/releases/" + http::percent_encode(release)))));
  if (!page.run)
    return not_found(fmt::format("release {} has not been deployed; `evenkeel gate check {}` says what it waits for", release, release));
  return page;
}

/// What a key does; each is asked about once more.
Result<void> obey(char key, Api& api, const std::string& release) {
  const auto path = "/api/v1/releases/" + http::percent_encode(release);
  if (key == 'c') {
    TRY(api.call("POST", path + "/steer", json::Object{{"act", "resume"}}));
    return {};
  }
  const auto reason = ask(key == 'h' ? "Hold after the step in hand; why" : "Roll back now; why", "");
  if (reason.empty()) return {};
  if (key == 'h')
    TRY(api.call("POST", path + "/steer", json::Object{{"act", "hold"}, {"reason", reason}}));
  else
    TRY(api.call("POST", path + "/rollback", json::Object{{"reason", reason}}));
  return {};
}

Result<int> watch_drawn(const Args& args, Api& api, const std::string& release) {
  std::size_t lines = 0;
  for (;;) {
    const auto page = TRY(page_of(api, release));
    draw(args, block_of(page, terminal_width()), lines);
    if (page.run->state != RunState::running && page.run->state != RunState::held) return say_end(args, api, *page.run, release);
    char key = 0;
    {
      Keys keys;
      key = keys.wait(1000);
    }
    if (key == 'q') return say_end(args, api, *page.run, release);
    if (key != 'h' && key != 'r' && key != 'c') continue;
    lines = 0;  // what was asked and answered stays on the screen
    if (const auto done = obey(key, api, release); !done) args.print(describe(done.error()));
  }
}

Result<int> watch(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto release = release_of(args);
  if (!args.json && ::isatty(1) && on_terminal()) return watch_drawn(args, *api, release);
  return follow_run(args, *api, TRY(page_of(*api, release)).run->id);
}

// ---- what steps printed --------------------------------------------------------------------------------------------------

std::string log_of(const RunView& run, const steps::Attempt& attempt) {
  const auto step = std::find_if(run.steps.begin(), run.steps.end(), [&](const StepRow& s) { return s.id == attempt.step_id; });
  if (step == run.steps.end()) return {};
  auto out = fmt::format("== {}/{} {} {}, attempt {}: {}{}, {}\n", step->position, run.steps.size(), step->service, step->name,
                         attempt.number, json::enum_text(attempt.state),
                         attempt.exit_code ? fmt::format(" (exit {})", *attempt.exit_code) : "", catalogue::short_time(attempt.started_at));
  out += attempt.output.empty() ? "(nothing was printed, or it is not for you to read)\n" : attempt.output;
  return out.ends_with('\n') ? out : out + "\n";
}
bool is_of(const RunView& run, const steps::Attempt& attempt, std::int64_t position) {
  return position == 0 || std::any_of(run.steps.begin(), run.steps.end(),
                                      [&](const StepRow& s) { return s.id == attempt.step_id && s.position == position; });
}

Result<int> log(const Args& args) {
  auto api = TRY(Api::open(args));
  const auto position = args.has("step") ? TRY(args.number("step")) : 0;
  const auto run_id = args.has("run") ? args.text("run") : TRY(page_of(*api, release_of(args))).run->id;
  std::set<std::string> said;
  for (;;) {
    const auto run = TRY(json::from_value<RunView>(TRY(api->call("GET", "/api/v1/runs/" + http::percent_encode(run_id)))));
    if (position < 0 || position > std::int64_t(run.steps.size()))
      return not_found(fmt::format("this run has steps 1 to {}, and no step {}", run.steps.size(), position));
    const auto attempts = TRY(attempts_of(*api, run_id));
    if (args.json) {
      json::Array all;
      for (const auto& a : attempts)
        if (is_of(run, a, position)) all.push_back(json::to_value(a));
      args.print_json(std::move(all));
      return 0;
    }
    for (const auto& a : attempts)
      if (is_of(run, a, position) && a.state != steps::AttemptState::started && said.insert(a.id).second) args.print(log_of(run, a));
    const bool goes_on = run.state == RunState::running || run.state == RunState::held;
    if (!args.flag("follow") || !goes_on) {
      if (said.empty()) args.print("No step of this run has ended yet; --follow waits for them.");
      return 0;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
  }
}

}  // namespace

Result<int> follow_run(const Args& args, Api& api, const std::string& run_id) {
  std::set<std::pair<std::int64_t, StepState>> said;
  const auto until =
      std::chrono::steady_clock::now() + (args.has("timeout") ? TRY(parse_duration(args.text("timeout"))) : std::chrono::hours{4});
  for (;;) {
    const auto answer = TRY(api.call("GET", "/api/v1/runs/" + run_id));
    const auto run = TRY(json::from_value<RunView>(answer));
    for (const auto& s : run.steps) {
      if (s.state == StepState::pending || s.state == StepState::running || !said.emplace(s.position, s.state).second) continue;
      if (!args.json) args.print(line_of(s, run.steps.size()));
    }
    const bool ended = run.state != RunState::running || std::chrono::steady_clock::now() > until;
    if (ended || waits_for_a_person(run)) {
      if (!args.json) return say_end(args, api, run, release_of(args));
      args.print_json(answer);
      return run.state == RunState::done ? 0 : run.state == RunState::running ? 4 : 1;
    }
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
}

std::vector<Command> watch_commands() {
  const Param release{"release", "Version, area/version or id", Param::positional, true};
  return {{"deploy watch", "Watch the newest run until it ends: steps, clock, the canary's ratio; keys to hold and to roll back",
           with_connection({release, {.name = "timeout", .help = "In a pipe: give up after this long", .value = "DURATION"}}), watch,
           "Exit codes: 0 done \u00b7 1 failed, held or abandoned \u00b7 4 it goes on, or waits for a person\n"},
          {"deploy log", "What the steps of the newest run printed",
           with_connection(
               {release,
                {"step", "Position of a step; without it all of them", Param::positional},
                {"run", "Another run than the release's newest (a rehearsal)"},
                {.name = "follow", .help = "Go on until the run ends; a step's output comes when the step ends", .kind = Param::flag}}),
           log}};
}

}  // namespace evenkeel::cli
