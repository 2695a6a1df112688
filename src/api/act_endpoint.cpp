// The catalogue's rows as endpoints: where an act's input is in a request, and how its answer goes out.
#include "api/endpoints.hpp"
#include "catalogue/act.hpp"
#include "definitions/apply.hpp"
#include "gonogo/refusals.hpp"

namespace evenkeel::api {
namespace {

using catalogue::Act;
using catalogue::Member;

bool reads_query(const Act& act) { return act.method == "GET" || act.method == "DELETE"; }
bool in_path(const Act& act, const Member& member) { return act.path.contains("{" + member.name + "}"); }

std::string help_of(const Act& act, const std::string& field) {
  for (const auto& words : act.commands)
    for (const auto& a : words.arguments)
      if (a.field == field) return a.help;
  return {};
}

/// A query's text as the JSON value that a field of this schema reads.
json::Value value_of(const json::Value& schema, const std::string& text) {
  const auto* type = schema.is_object() ? schema.get_object().if_contains("type") : nullptr;
  const std::string_view is = type && type->is_string() ? std::string_view(type->get_string()) : "string";
  if (is == "array") {
    json::Array list;
    for (std::size_t at = 0; at <= text.size() && !text.empty();) {
      const auto comma = std::min(text.find(',', at), text.size());
      list.push_back(value_of(schema.at("items"), text.substr(at, comma - at)));
      at = comma + 1;
    }
    return list;
  }
  if (is == "boolean") {
    if (text == "true" || text == "1" || text.empty()) return true;
    if (text == "false" || text == "0") return false;
  }
  if (is == "integer" || is == "number")
    if (auto value = json::parse(text); value && value->is_number()) return *value;
  return json::Value(boost::json::string(text));
}

/// The input as JSON: what the path names, and the query or the body. Error: as json_body.
Result<json::Value> input_of(const Act& act, const std::vector<Member>& members, Call& call) {
  json::Value in = json::Object{};
  if (reads_query(act))
    for (const auto& [name, text] : call.request.query) {
      const auto member = std::find_if(members.begin(), members.end(), [&](const Member& m) { return m.name == name; });
      in.get_object()[name] = value_of(member == members.end() ? json::Value{} : member->schema, text);
    }
  else if (!call.request.body.empty())
    in = TRY(json_body(call));
  if (in.is_object())
    for (const auto& [name, text] : call.params) in.get_object()[name] = boost::json::string(text);
  return in;
}

bool is_time(const json::Value& schema) {
  const auto* format = schema.is_object() ? schema.get_object().if_contains("format") : nullptr;
  return format && format->is_string() && format->get_string() == "date-time";
}

/// "+2h" is counted from the server's now; a time without a zone is one on the wall of the organisation. What is neither stays as it is and
/// is refused when it is read.
Result<void> read_times(app::App& app, const std::vector<Member>& members, json::Value& in) {
  if (!in.is_object()) return {};
  for (const auto& member : members) {
    auto* value = is_time(member.schema) ? in.get_object().if_contains(member.name) : nullptr;
    if (!value || !value->is_string()) continue;
    const std::string text{value->get_string()};
    if (text.starts_with('+')) {
      *value = boost::json::string(to_iso(app.clock->now() + TRY(parse_duration(text.substr(1)))));
    } else if (!parse_time(text)) {
      const auto o = app.database->read([](store::Tx& tx) { return definitions::current(tx); });
      if (const auto local = from_local(text, o ? (*o)->zone : "UTC")) *value = boost::json::string(to_iso(*local));
    }
  }
  return {};
}

using UseCase = std::function<Result<std::string>(Work&)>;

/// The act that reads what this one changes and says its version: "/api/v1/releases/{release}" of ".../{release}/window". Null: none does.
const Act* read_by(const std::vector<Act>& all, const Act& act) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Act& other) {
    return other.version && other.method == "GET" && act.path.starts_with(other.path) &&
           (act.path.size() == other.path.size() || act.path[other.path.size()] == '/');
  });
  return found == all.end() ? nullptr : &*found;
}

/// With If-Match, the version is compared in the transaction that would change it: who was slower is told, and nothing is done.
Result<UseCase> if_it_still_is(const Act* reader, UseCase use_case, Call& call) {
  if (call.request.headers.get("If-Match").empty()) return use_case;
  if (!reader) {
    call.reply_status = 412;
    return conflict("nothing at this address has a version to compare; leave If-Match out");
  }
  json::Object named;
  for (const auto& name : reader->named()) named[name] = call.params.at(name);
  const auto read = TRY(reader->prepare(json::Value(std::move(named))));
  return UseCase{[read, reader, use_case = std::move(use_case), &call](Work& work) -> Result<std::string> {
    TRY(call.require_match(reader->version(TRY(json::parse(TRY(read(work)))))));
    return use_case(work);
  }};
}

/// A refused act leaves nothing behind; that a gate refused it is kept.
void note_refusals(app::App& app, const Call& call, const Error& error) {
  const auto release = call.params.find("release");
  if (error.refusals.empty() || release == call.params.end()) return;
  app.database->write([&](store::Tx& tx) { gonogo::note_refusals(tx, release->second, error.refusals, app.clock->now()); });
}

Result<http::Response> answer(app::App& app, const Act& act, const Act* reader, const std::vector<Member>& members, Call& call) {
  const auto actor = TRY(actor_of(app, call));
  auto in = TRY(input_of(act, members, call));
  TRY(read_times(app, members, in));
  const auto use_case = TRY(act.prepare(in));
  if (act.writes()) {
    auto done = perform_once(app, call, TRY(if_it_still_is(reader, use_case, call)));
    if (!done) note_refusals(app, call, done.error());
    return done;
  }
  auto body = TRY(app.engine->look(actor, use_case));
  if (act.version) call.etag(act.version(TRY(json::parse(body))));
  return http::Response::json(std::move(body));
}

Endpoint endpoint_of(app::App& app, const Act& act, const Act* reader) {
  Endpoint e{act.method, act.path, act.summary};
  const auto members = act.members();
  if (!reads_query(act))
    e.request_schema = act.input;
  else
    for (const auto& m : members)
      if (!in_path(act, m)) e.queries.push_back({m.name, help_of(act, m.name), m.required, m.schema});
  e.response_schema = act.output;
  e.tag = act.tag;
  e.details = act.details;
  e.access = act.access;
  e.changes_nothing = !act.writes();
  e.shows_secret = act.secret;
  e.max_body = act.max_body;
  e.handler = [&app, &act, reader, members](Call& call) { return answer(app, act, reader, members, call); };
  return e;
}

}  // namespace

std::vector<Endpoint> endpoints_of(app::App& app, const std::vector<catalogue::Act>& acts) {
  std::vector<Endpoint> all;
  all.reserve(acts.size());
  for (const auto& act : acts) all.push_back(endpoint_of(app, act, act.writes() ? read_by(acts, act) : nullptr));
  return all;
}

}  // namespace evenkeel::api
