// THE endpoint table. An area declares its endpoints once, with their words; routing, reading of input, error answers, the
// OpenAPI document and the UI's typed client all come from that declaration.
//
//   struct PlanRelease { std::string version; std::string area; };
//   endpoint<PlanRelease, ReleaseView>("POST", "/api/v1/releases", "Plan a release",
//       [&](api::Call& call, const PlanRelease& in) -> Result<ReleaseView> { ... }).tagged("releases").for_roles({Role::coordinator})
//
// Who may: each row says it, and whoever may not is refused before the handler is called, so before any input is read.
//
// In: a described struct. POST, PUT and PATCH read it from the JSON body, GET and DELETE from the query; an unknown key is
// refused (422) with all complaints at once. Out: a described struct, a json::Value, `Nothing` (204), or an http::Response
// that the handler made itself. The router needs no socket: the command line dispatches in-process.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "catalogue/access.hpp"
#include "catalogue/value.hpp"
#include "http/message.hpp"
#include "work/actor.hpp"

namespace evenkeel::api {

using catalogue::Access;
using catalogue::Nothing;
using catalogue::SchemaMaker;
using catalogue::Where;
using catalogue::Who;

/// Who asks. `token` is as it was presented (bearer token or session cookie); the rest is what authentication made of it.
struct Session {
  std::string token = {};
  std::string actor = {};                   // id of the person, member, runner or integration; empty: nobody known
  std::shared_ptr<const Actor> who = {};    // null: nobody known
  std::string token_id = {};                // empty: they came by no token
  bool enrolling = false;                   // they may make their second factor, and nothing else
  std::optional<SysTime> token_until = {};  // when that token ends by itself
};

/// One call of one endpoint.
struct Call {
  const http::Request& request;
  std::map<std::string, std::string> params = {};  // "{id}" of the path, decoded
  Session session = {};
  bool shows_secret = false;  // the endpoint's: its answer is kept nowhere
  int reply_status = 0;       // 0: the endpoint's own; an error with reply_status >= 400 is answered with that one
  http::Headers reply_headers = {};

  const std::string& param(const std::string& name) const { return params.at(name); }
  std::string query(const std::string& name) const;
  /// 201 with its address.
  void created(std::string location);
  /// Sets ETag from a version; GET answers 304 by itself when the client has it.
  void etag(std::string_view version);
  /// Error: conflict, answered as 412, when If-Match is there and does not name this version, or what stands before its dot. Call before
  /// changing anything.
  Result<void> require_match(std::string_view version);
};

struct QueryParam {
  std::string name, help;
  bool required = false;
  json::Value schema = {};
};

struct Endpoint {
  std::string method, path, summary;
  SchemaMaker request_schema = {};   // null: no body
  SchemaMaker response_schema = {};  // null: no body, or not JSON
  std::function<Result<http::Response>(Call&)> handler = {};
  std::string tag = {};
  std::string details = {};
  std::string response_type = "application/json";
  int status = 200;  // of success
  Access access = {};
  bool changes_nothing = false;  // a POST that only computes
  bool shows_secret = false;     // its answer is shown once and kept nowhere
  bool while_enrolling = false;  // answers whoever has yet to make their second factor
  std::vector<QueryParam> queries = {};
  std::size_t max_body = std::size_t{64} * 1024;  // of a request, bytes; more is answered 413 before it is read

  /// Whether a token that may only read is refused.
  bool writes() const { return method != "GET" && !changes_nothing; }
  bool open() const { return access.who == Who::everybody; }

  Endpoint&& tagged(std::string name) && {
    tag = std::move(name);
    return std::move(*this);
  }
  Endpoint&& described(std::string text) && {
    details = std::move(text);
    return std::move(*this);
  }
  Endpoint&& for_roles(std::vector<Role> any_of) && {
    access.who = Who::roles;
    access.roles = std::move(any_of);
    return std::move(*this);
  }
  Endpoint&& for_any_role(std::string because = {}) && {
    access.who = Who::any_role;
    access.because = std::move(because);
    return std::move(*this);
  }
  Endpoint&& for_accounts(std::string because) && {
    access.who = Who::accounts;
    access.because = std::move(because);
    return std::move(*this);
  }
  Endpoint&& for_anyone(std::string because = {}) && {
    access.who = Who::everybody;
    access.because = std::move(because);
    return std::move(*this);
  }
  Endpoint&& or_named() && {
    access.or_named = true;
    return std::move(*this);
  }
  Endpoint&& in_any_area(std::string because) && {
    access.where = Where::any_area;
    access.because = std::move(because);
    return std::move(*this);
  }
  Endpoint&& in_area_of_body() && {
    access.where = Where::body;
    return std::move(*this);
  }
  Endpoint&& changing_nothing() && {
    changes_nothing = true;
    return std::move(*this);
  }
  Endpoint&& also_while_enrolling() && {
    while_enrolling = true;
    return std::move(*this);
  }
  Endpoint&& showing_secret() && {
    shows_secret = true;
    return std::move(*this);
  }
  Endpoint&& answers(int code) && {
    status = code;
    return std::move(*this);
  }
  Endpoint&& taking_bodies_of(std::size_t bytes) && {
    max_body = bytes;
    return std::move(*this);
  }
  Endpoint&& of_type(std::string type) && {
    response_type = std::move(type);
    return std::move(*this);
  }
  /// Names the described type of a response that the handler writes by itself.
  template <class Out>
  Endpoint&& answering() &&;
  Endpoint&& with_query(std::string name, std::string help, bool required = false) && {
    queries.push_back({std::move(name), std::move(help), required, json::Object{{"type", "string"}}});
    return std::move(*this);
  }
};

/// Every endpoint answers errors as an RFC 9457 document: type, title, status, detail, field, errors, refusals.
http::Response problem(const Error& error, int status = 0);
http::Response problem(int status, std::string detail);
/// What a client reads back from such a document, so that the command line reports it as if the use case had run here.
Error error_of(int status, std::string_view body);

/// One path pattern, cut at its slashes; "{name}" takes one non-empty segment.
class PathPattern {
 public:
  explicit PathPattern(std::string_view pattern);
  /// The decoded parameters; none when the path does not match or holds a broken escape.
  std::optional<std::map<std::string, std::string>> match(std::string_view path) const;
  /// Of two patterns that match one path the one whose first difference is literal wins.
  bool more_specific_than(const PathPattern& other) const;
  std::size_t size() const { return segments_.size(); }

 private:
  struct Segment {
    std::string text;
    bool is_param;
  };
  std::vector<Segment> segments_;
};

class Router {
 public:
  /// Resolves who asks. An endpoint that is not open is refused with its error (usually unauthenticated); an open one is
  /// called with an empty session instead.
  using Authenticate = std::function<Result<Session>(const http::Request&)>;
  /// Refuses (forbidden) whoever the row does not let in; asked once, before the handler. Null: nobody is refused (tests of the router).
  using Authorise = std::function<Result<void>(const Endpoint&, const Call&)>;

  /// Throws std::logic_error when two endpoints have the same method and path. Adds GET /api/v1/openapi.json.
  Router(std::vector<Endpoint> endpoints, Authenticate authenticate, std::string version = "0", Authorise authorise = {});
  Router(const Router&) = delete;

  /// Never throws: what a handler throws is logged and answered 500.
  http::Response dispatch(const http::Request& request) const;
  /// Asked when the header is there and the body is not: who may not send one is refused before a byte of it is kept.
  http::Admission admit(const http::Request& head) const;
  /// Whether any endpoint has this path, by whatever method.
  bool knows(const http::Request& request) const;
  const std::vector<Endpoint>& endpoints() const { return endpoints_; }

 private:
  struct Route {
    PathPattern pattern;
    const Endpoint* endpoint;
  };
  struct Found {
    const Endpoint* endpoint = nullptr;
    std::map<std::string, std::string> params;
    std::string allowed;  // methods that the path has, when none is this one
  };
  Found find(const http::Request& request) const;
  http::Response call(const Endpoint& endpoint, Call& call) const;
  std::vector<Endpoint> endpoints_;
  std::map<std::size_t, std::vector<Route>> routes_;  // by number of segments, most specific first
  Authenticate authenticate_;
  Authorise authorise_;
};

/// The OpenAPI 3.1 document of a table.
json::Value openapi(const std::vector<Endpoint>& endpoints, std::string_view version);

// ---- the typed declaration -------------------------------------------------------------------------------------------

/// The body of a request as JSON. Error: invalid (400 when it is not JSON, 415 when it says it is something else).
Result<json::Value> json_body(Call& call);
/// A query's text value as the JSON value that a field of type F reads.
template <class F>
json::Value query_value(const std::string& text) {
  if constexpr (json::is_optional<F>::value)
    return query_value<typename F::value_type>(text);
  else if constexpr (json::is_vector<F>::value) {
    json::Array list;
    for (std::size_t at = 0; at <= text.size() && !text.empty();) {
      const auto comma = std::min(text.find(',', at), text.size());
      list.push_back(query_value<typename F::value_type>(text.substr(at, comma - at)));
      at = comma + 1;
    }
    return list;
  } else if constexpr (std::is_same_v<F, bool>) {
    if (text == "true" || text == "1" || text.empty()) return json::Value(true);
    if (text == "false" || text == "0") return json::Value(false);
  } else if constexpr (std::is_arithmetic_v<F>) {
    if (auto value = json::parse(text); value && value->is_number()) return *value;
  }
  return json::Value(boost::json::string(text));
}
template <class In>
Result<In> read_query(const http::Query& query) {
  json::Object object;
  for (const auto& [name, text] : query) object[name] = boost::json::string(text);
  boost::mp11::mp_for_each<boost::describe::describe_members<In, boost::describe::mod_public | boost::describe::mod_inherited>>(
      [&](auto d) {
        using F = std::remove_cvref_t<decltype(std::declval<In&>().*d.pointer)>;
        const std::string name{json::wire_name(d.name)};
        if (const auto it = query.find(name); it != query.end()) object[name] = query_value<F>(it->second);
      });
  return json::from_value<In>(object, json::Unknown::refuse);
}
template <class In>
std::vector<QueryParam> query_params() {
  std::vector<QueryParam> all;
  const In initial{};
  json::Object components;
  boost::mp11::mp_for_each<boost::describe::describe_members<In, boost::describe::mod_public | boost::describe::mod_inherited>>(
      [&](auto d) {
        using F = std::remove_cvref_t<decltype(initial.*d.pointer)>;
        auto schema = json::schema<F>(components);
        if constexpr (json::is_optional<F>::value) schema = json::schema<typename F::value_type>(components);
        all.push_back({std::string(json::wire_name(d.name)), "", !json::has_default(initial.*d.pointer), std::move(schema)});
      });
  return all;
}
template <class T>
SchemaMaker schema_maker() {
  if constexpr (std::is_same_v<T, http::Response>)
    return {};
  else
    return catalogue::schema_maker<T>();
}
template <class Out>
Endpoint&& Endpoint::answering() && {
  response_schema = schema_maker<Out>();
  return std::move(*this);
}
template <class Out>
Result<http::Response> respond(Result<Out> out) {
  if (!out) return std::unexpected(std::move(out).error());
  if constexpr (std::is_same_v<Out, http::Response>)
    return std::move(*out);
  else if constexpr (std::is_same_v<Out, Nothing>)
    return http::Response{204};
  else
    return http::Response::json(json::write(*out));
}

template <class In, class Out, class Handler>
Endpoint endpoint(std::string method, std::string path, std::string summary, Handler handler) {
  Endpoint e{method, std::move(path), std::move(summary)};
  const bool in_query = method == "GET" || method == "DELETE";
  e.response_schema = schema_maker<Out>();
  if constexpr (std::is_same_v<In, Nothing>) {
    e.handler = [handler = std::move(handler)](Call& call) -> Result<http::Response> { return respond<Out>(handler(call)); };
  } else {
    if (in_query)
      e.queries = query_params<In>();
    else
      e.request_schema = schema_maker<In>();
    e.handler = [handler = std::move(handler), in_query](Call& call) -> Result<http::Response> {
      In in{};
      if constexpr (std::is_same_v<In, json::Value>)
        in = TRY(json_body(call));
      else if (in_query)
        in = TRY(read_query<In>(call.request.query));
      else
        in = TRY(json::from_value<In>(TRY(json_body(call)), json::Unknown::refuse));
      return respond<Out>(handler(call, in));
    };
  }
  return e;
}

}  // namespace evenkeel::api
