// Connections: what is defined, and whether each works.
#include "accounts/accounts.hpp"
#include "api/connection_view.hpp"
#include "api/endpoints.hpp"
#include "capabilities/integration.hpp"
#include "definitions/apply.hpp"
#include "definitions/events.hpp"
#include "http/client.hpp"

namespace evenkeel::api {
namespace {

using capabilities::Ability;
using capabilities::Tested;

struct TestCommand {
  bool send = false;  // a real message may go out
};
BOOST_DESCRIBE_STRUCT(TestCommand, (), (send))

/// An address as it may be shown; a reference to a secret stands as it is in the file.
std::string shown_address(const std::string& url) { return url.starts_with("${") || !url.contains("://") ? url : http::shown_url(url); }

std::vector<std::string> users_of(const definitions::Organisation& o, const std::string& name) {
  std::vector<std::string> out;
  for (const auto& c : o.channels)
    if (c.connection == name) out.push_back("channel " + c.name);
  for (const auto& c : o.on_call)
    if (c.pager == name) out.push_back("on_call " + c.area);
  if (o.words.drafting == name) out.emplace_back("words.drafting");
  for (const auto& s : o.services) {
    if (s.alerts.connection == name) out.push_back("alerts of " + s.name);
    if (std::any_of(s.health.criteria.begin(), s.health.criteria.end(), [&](const auto& c) { return c.queries.source == name; }))
      out.push_back("health of " + s.name);
    const auto names_it = [&](const steps::StepSpec& step) { return step.platform == name; };
    if (std::any_of(s.deploy.begin(), s.deploy.end(), names_it) || std::any_of(s.rollback.begin(), s.rollback.end(), names_it))
      out.push_back("steps of " + s.name);
  }
  return out;
}

ConnectionView view_of(const definitions::Organisation& o, const definitions::ConnectionDef& c) {
  const auto* kind = capabilities::find_kind(c.kind);
  return {c.name, c.kind, shown_address(c.text("url")), kind ? kind->abilities : std::vector<Ability>{}, users_of(o, c.name)};
}

/// Reachable, authenticated, what it may do; or what is wrong.
std::string sentence_of(const std::string& name, const Tested& t, std::int64_t took_ms) {
  const auto after = took_ms ? fmt::format(", after {} ms", took_ms) : "";
  if (!t.problem.empty()) return fmt::format("{}: {}{}", name, t.problem, after);
  std::string out = fmt::format("{}: {}", name, t.reachable.value_or(false) ? "reachable" : "not asked");
  if (t.authenticated) out += *t.authenticated ? ", authenticated" : ", not authenticated";
  if (!t.may.empty()) out += fmt::format("; may {}", fmt::join(t.may, ", "));
  if (!t.saw.empty()) out += fmt::format(" ({})", t.saw);
  return out + after;
}

std::string address_of(app::App& app, const Actor& actor) {
  return app.database->read([&](store::Tx& tx) -> std::string {
    const auto person = accounts::person_by_id(tx, actor.id);
    return person ? person->email : "";
  });
}

/// Asked outside any transaction; only a message that was sent is entered.
Result<TestedView> test(app::App& app, Call& call, bool send) {
  const auto actor = TRY(actor_of(app, call));
  const auto o = TRY(app.database->read([](store::Tx& tx) { return definitions::current(tx); }));
  const auto name = call.param("connection");
  const auto* connection = definitions::find_connection(*o, name);
  if (!connection) return not_found(fmt::format("there is no connection '{}'; `evenkeel connection list` names them", name));
  const auto now = app.clock->now();
  TestedView out{.connection = connection->name, .kind = connection->kind};
  const auto opened = app.connections->open(*connection);
  if (opened) {
    const auto begun = std::chrono::steady_clock::now();
    out.tested = opened->test({.send = send, .key = "evenkeel-test-" + to_hex(random_bytes(8)), .to = address_of(app, actor), .now = now});
    out.took_ms = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
  } else
    out.tested = Tested{.problem = opened.error().message, .next_step = "put it where the server runs, and test again"};
  out.sentence = sentence_of(connection->name, out.tested, out.took_ms);
  if (send && opened)
    TRY(app.engine->perform(actor, [&](Work& work) -> Result<void> {
      record(work, definitions::ConnectionTested{.kind_ = connection->kind, .works = out.tested.problem.empty()},
             {.subject = connection->name});
      return {};
    }));
  return out;
}

}  // namespace

std::vector<Endpoint> connection_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  list.push_back(query<std::vector<ConnectionView>>(app, "/api/v1/connections",
                                                    "Connections: kind, address, what each is able to do, who uses it",
                                                    [](Work& work, Call&) -> Result<std::vector<ConnectionView>> {
                                                      const auto o = TRY(definitions::current(work.tx));
                                                      std::vector<ConnectionView> all;
                                                      for (const auto& c : o->connections) all.push_back(view_of(*o, c));
                                                      return all;
                                                    })
                     .tagged("connections")
                     .for_roles(insiders)
                     .in_any_area("definitions are one file"));
  list.push_back(
      endpoint<TestCommand, TestedView>("POST", "/api/v1/connections/{connection}/test",
                                        "Whether a connection works: asks something harmless; with `send` one real message goes out",
                                        [&app](Call& call, const TestCommand& in) { return test(app, call, in.send); })
          .tagged("connections")
          .for_roles({Role::admin, Role::engineering_lead})
          .in_any_area("a connection is the organisation's"));
  return list;
}

}  // namespace evenkeel::api
