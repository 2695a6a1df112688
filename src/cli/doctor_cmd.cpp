// evenkeel doctor: whether everything that a release needs is there and works, one line each, with what changes it.
#include <fmt/format.h>

#include "api/connection_view.hpp"
#include "api/doctor_view.hpp"
#include "cli/commands.hpp"
#include "cli/remote.hpp"

namespace evenkeel::cli {
namespace {

using api::Health;
using api::Looked;

const char* glyph(Health health) { return health == Health::fine ? "\u2713" : health == Health::broken ? "\u00d7" : "\u25cb"; }

/// The clock of the server beside the one of this machine: signatures, leases and codes of second factors depend on it.
Looked the_clock(SysTime server) {
  const auto apart = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::abs(server - SystemClock{}.now())).count();
  return {"clock", apart <= 30 ? Health::fine : Health::worth_a_look, fmt::format("{} s from this machine's", apart),
          apart <= 30 ? "" : "timedatectl set-ntp true, on the one that is wrong"};
}

/// Each connection is asked something harmless; with --send one real message goes out.
Result<std::vector<Looked>> the_connections(const Args& args, Api& api) {
  std::vector<Looked> all;
  const auto known = TRY(json::from_value<std::vector<api::ConnectionView>>(TRY(api.call("GET", "/api/v1/connections"))));
  for (const auto& c : known) {
    args.progress("asking " + c.name + " ...");
    const auto answer =
        api.call("POST", "/api/v1/connections/" + http::percent_encode(c.name) + "/test", json::Object{{"send", args.flag("send")}});
    if (!answer) {
      all.push_back({"connection " + c.name, Health::worth_a_look, answer.error().message, ""});
      continue;
    }
    const auto t = TRY(json::from_value<api::TestedView>(*answer));
    all.push_back({"connection " + c.name, t.tested.problem.empty() ? Health::fine : Health::broken, t.sentence, t.tested.next_step});
  }
  args.progress("");
  return all;
}

Result<int> doctor(const Args& args) {
  auto api = TRY(Api::open(args));
  auto diagnosis = TRY(json::from_value<api::Diagnosis>(TRY(api->call("GET", "/api/v1/diagnosis"))));
  diagnosis.looked.push_back(the_clock(diagnosis.now));
  for (auto& c : TRY(the_connections(args, *api))) diagnosis.looked.push_back(std::move(c));
  const bool broken =
      std::any_of(diagnosis.looked.begin(), diagnosis.looked.end(), [](const Looked& l) { return l.health == Health::broken; });
  if (args.json) {
    args.print_json(json::to_value(diagnosis));
    return broken ? 1 : 0;
  }
  std::string next;
  for (const auto& l : diagnosis.looked) {
    args.print(fmt::format("{} {:<20} {}", glyph(l.health), l.at, l.found));
    if (!l.change.empty()) args.print(fmt::format("  {:<20} change: {}", "", l.change));
    if (next.empty() && l.health != Health::fine && l.change.starts_with("evenkeel ")) next = l.change;
  }
  args.print("next: " + (next.empty() ? "evenkeel release list" : next));
  return broken ? 1 : 0;
}

}  // namespace

std::vector<Command> doctor_commands() {
  return {
      {"doctor", "Whether what a release needs is there and works, and which line changes it",
       with_connection({{.name = "send", .help = "Let one real message go out over each connection that sends some", .kind = Param::flag}}),
       doctor, "Exit codes: 0 nothing is broken \u00b7 1 something is\n"}};
}

}  // namespace evenkeel::cli
