#include "api/router.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "http/coding.hpp"
#include "store/database.hpp"

namespace evenkeel::api {

// ---- call ------------------------------------------------------------------------------------------------------------

std::string Call::query(const std::string& name) const {
  const auto it = request.query.find(name);
  return it == request.query.end() ? std::string{} : it->second;
}
void Call::created(std::string location) {
  reply_status = 201;
  reply_headers.set("Location", std::move(location));
}
void Call::etag(std::string_view version) { reply_headers.set("ETag", fmt::format("\"{}\"", version)); }
Result<void> Call::require_match(std::string_view version) {
  const auto wanted = request.headers.get("If-Match");
  const auto facts = version.substr(0, version.find('.'));
  if (wanted.empty() || http::etag_listed(wanted, fmt::format("\"{}\"", version)) || http::etag_begins(wanted, fmt::format("\"{}.", facts)))
    return {};
  reply_status = 412;
  return conflict(fmt::format(
      "this has changed since you read it (you have {}, it is now \"{}\"); read it again and decide on what it says now", wanted, version));
}

Result<json::Value> json_body(Call& call) {
  const auto type = call.request.headers.get("Content-Type");
  const auto media = type.substr(0, type.find(';'));
  // Another site's form can send a body without asking, but never one of this type. What comes from no socket is the command line's.
  const bool untyped = media.empty() && !call.request.remote.empty() && !call.request.body.empty();
  if (untyped ||
      (!media.empty() && !media.starts_with("application/json") && !(media.starts_with("application/") && media.ends_with("+json")))) {
    call.reply_status = 415;
    return invalid(fmt::format("the body is '{}'; send JSON with Content-Type: application/json", media));
  }
  if (call.request.body.empty()) return json::Object{};
  auto value = json::parse(call.request.body);
  if (!value) call.reply_status = 400;
  return value;
}

// ---- problem documents -----------------------------------------------------------------------------------------------

http::Response problem(const Error& error, int status) {
  if (status < 400) status = http_status(error.kind);
  json::Object document{{"type", std::string("urn:evenkeel:problem:") + name_of(error.kind)},
                        {"title", std::string(http::reason_phrase(status))},
                        {"status", status},
                        {"detail", error.message}};
  if (!error.field.empty()) document["field"] = error.field;
  if (!error.complaints.empty()) {
    constexpr std::size_t most = 20;  // more help nobody, and an answer is not made larger than its question
    json::Array list;
    for (const auto& c : error.complaints) {
      if (list.size() == most) {
        list.push_back(json::Object{{"field", ""}, {"message", fmt::format("and {} more", error.complaints.size() - most)}});
        break;
      }
      list.push_back(json::Object{{"field", clean_text(c.field, 200)}, {"message", clean_text(c.message, 1000)}});
    }
    document["errors"] = std::move(list);
  }
  if (!error.refusals.empty()) {
    json::Array list;
    for (const auto& r : error.refusals)
      list.push_back(json::Object{
          {"rule", r.rule}, {"value", r.value}, {"limit", r.limit}, {"evidence", r.evidence}, {"next_step", r.next_step}, {"who", r.who}});
    document["refusals"] = std::move(list);
  }
  return {status, "application/problem+json", json::dump(document)};
}

http::Response problem(int status, std::string detail) {
  const json::Object document{
      {"type", "about:blank"}, {"title", std::string(http::reason_phrase(status))}, {"status", status}, {"detail", std::move(detail)}};
  return {status, "application/problem+json", json::dump(document)};
}

Error error_of(int status, std::string_view body) {
  Error error{status == 401                                     ? ErrorKind::unauthenticated
              : status == 403                                   ? ErrorKind::forbidden
              : status == 404                                   ? ErrorKind::not_found
              : status == 409 || status == 412                  ? ErrorKind::conflict
              : status == 502 || status == 503 || status == 504 ? ErrorKind::unavailable
              : status >= 500                                   ? ErrorKind::internal
                                                                : ErrorKind::invalid,
              fmt::format("the server answered {} {}", status, http::reason_phrase(status))};
  const auto value = json::parse(body);
  if (!value || !value->is_object()) return error;
  const auto& document = value->get_object();
  const auto text = [](const json::Object& o, const char* name) {
    const auto* member = o.if_contains(name);
    return member && member->is_string() ? std::string(member->get_string()) : std::string{};
  };
  if (auto detail = text(document, "detail"); !detail.empty()) error.message = std::move(detail);
  error.field = text(document, "field");
  const auto type = text(document, "type");
  for (const auto kind :
       {ErrorKind::not_found, ErrorKind::invalid, ErrorKind::conflict, ErrorKind::unauthenticated, ErrorKind::forbidden, ErrorKind::blocked,
        ErrorKind::frozen, ErrorKind::too_many, ErrorKind::unavailable, ErrorKind::unknown, ErrorKind::internal})
    if (type == std::string("urn:evenkeel:problem:") + name_of(kind)) error.kind = kind;
  const auto each = [&](const char* name, auto f) {
    if (const auto* list = document.if_contains(name); list && list->is_array())
      for (const auto& item : list->get_array())
        if (item.is_object()) f(item.get_object());
  };
  each("errors", [&](const json::Object& o) { error.complaints.push_back({text(o, "field"), text(o, "message")}); });
  each("refusals", [&](const json::Object& o) {
    error.refusals.push_back(
        {text(o, "rule"), text(o, "value"), text(o, "limit"), text(o, "evidence"), text(o, "next_step"), text(o, "who")});
  });
  return error;
}

// ---- paths -----------------------------------------------------------------------------------------------------------

PathPattern::PathPattern(std::string_view pattern) {
  while (pattern.starts_with('/')) {
    pattern.remove_prefix(1);
    const auto segment = pattern.substr(0, pattern.find('/'));
    const bool is_param = segment.starts_with('{') && segment.ends_with('}');
    segments_.push_back({std::string(is_param ? segment.substr(1, segment.size() - 2) : segment), is_param});
    pattern.remove_prefix(segment.size());
  }
}

std::optional<std::map<std::string, std::string>> PathPattern::match(std::string_view path) const {
  std::map<std::string, std::string> params;
  for (const auto& [text, is_param] : segments_) {
    if (!path.starts_with('/')) return {};
    path.remove_prefix(1);
    const auto raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size());
    if (!is_param && raw == text) continue;
    auto segment = http::percent_decode(raw);
    if (!segment || (is_param ? segment->empty() : *segment != text)) return {};
    if (is_param && clean_text(*segment) != *segment) return {};  // no text, so no name of anything
    if (is_param) params[text] = std::move(*segment);
  }
  if (!path.empty()) return {};
  return params;
}

bool PathPattern::more_specific_than(const PathPattern& other) const {
  for (std::size_t i = 0; i < std::min(size(), other.size()); ++i)
    if (segments_[i].is_param != other.segments_[i].is_param) return !segments_[i].is_param;
  return false;
}

namespace {
/// For the person who asked; the statement stands in the log. What passes by itself is "unavailable".
Error error_of(const store::DatabaseError& e) {
  switch (e.fault) {
    case store::Fault::busy:
      return {ErrorKind::unavailable, "the database is locked by another process; nothing was stored, try again"};
    case store::Fault::full:
      return {ErrorKind::unavailable,
              "the database cannot be written, its disk is full or failing; nothing was stored, try again when there is space"};
    case store::Fault::gone:
      return {ErrorKind::unavailable, "the database does not answer; try again (with the same Idempotency-Key nothing happens twice)"};
    case store::Fault::unique:
      return {ErrorKind::conflict, "somebody else has stored the same thing meanwhile; read it again"};
    default:
      return {ErrorKind::internal, "the server could not answer this request; its log says why"};
  }
}

std::size_t count_segments(std::string_view path) { return std::size_t(std::count(path.begin(), path.end(), '/')); }
}  // namespace

// ---- dispatch --------------------------------------------------------------------------------------------------------

Router::Router(std::vector<Endpoint> endpoints, Authenticate authenticate, std::string version, Authorise authorise)
    : endpoints_(std::move(endpoints)), authenticate_(std::move(authenticate)), authorise_(std::move(authorise)) {
  endpoints_.push_back(
      endpoint<Nothing, json::Value>("GET", "/api/v1/openapi.json", "This API as an OpenAPI 3.1 document",
                                     [this, version](Call&) -> Result<json::Value> { return openapi(endpoints_, version); })
          .tagged("system")
          .for_anyone());
  std::map<std::string, int> seen;
  for (const auto& e : endpoints_) {
    if (++seen[e.method + " " + e.path] > 1) throw std::logic_error("two endpoints are declared as " + e.method + " " + e.path);
    PathPattern pattern{e.path};
    auto& routes = routes_[pattern.size()];
    routes.push_back({std::move(pattern), &e});
  }
  for (auto& [size, routes] : routes_)
    std::sort(routes.begin(), routes.end(), [](const Route& a, const Route& b) {
      return a.pattern.more_specific_than(b.pattern) || (!b.pattern.more_specific_than(a.pattern) && a.endpoint < b.endpoint);
    });
}

bool Router::knows(const http::Request& request) const {
  const auto routes = routes_.find(count_segments(request.path));
  return routes != routes_.end() && std::any_of(routes->second.begin(), routes->second.end(),
                                                [&](const Route& r) { return r.pattern.match(request.path).has_value(); });
}

Router::Found Router::find(const http::Request& request) const {
  const auto method = request.method == "HEAD" ? "GET" : request.method;
  Found found;
  auto& allowed = found.allowed;
  if (const auto routes = routes_.find(count_segments(request.path)); routes != routes_.end())
    for (const auto& [pattern, endpoint] : routes->second) {
      auto params = pattern.match(request.path);
      if (!params) continue;
      if (endpoint->method == method) return {endpoint, std::move(*params), {}};
      if (!(", " + allowed + ",").contains(", " + endpoint->method + ",")) allowed += (allowed.empty() ? "" : ", ") + endpoint->method;
    }
  return found;
}

http::Admission Router::admit(const http::Request& head) const {
  const auto found = find(head);
  if (!found.endpoint) return {};
  http::Admission admission{found.endpoint->max_body, {}};
  if (found.endpoint->open() || !authenticate_) return admission;
  try {
    auto session = authenticate_(head);
    auto allowed = session ? Result<void>{} : Result<void>(std::unexpected(session.error()));
    if (session && authorise_ && found.endpoint->access.where != Where::body) {  // an area that the body names is asked for with the call
      Call now{head, found.params};
      now.session = std::move(*session);
      allowed = authorise_(*found.endpoint, now);
    }
    if (!allowed) {
      admission.refused = problem(allowed.error());
      if (admission.refused->status == 401) admission.refused->headers.set("WWW-Authenticate", "Bearer");
      admission.refused->headers.set("Cache-Control", "no-store");
    }
  } catch (const store::DatabaseError&) {}  // the call itself says it
  return admission;
}

http::Response Router::dispatch(const http::Request& request) const {
  auto found = find(request);
  if (found.endpoint) {
    Call now{request, std::move(found.params)};
    now.shows_secret = found.endpoint->shows_secret;
    return call(*found.endpoint, now);
  }
  auto& allowed = found.allowed;
  if (allowed.empty())
    return problem(404, fmt::format("there is nothing at {}; /api/v1/openapi.json lists what there is", request.path.substr(0, 200)));
  if (allowed.contains("GET")) allowed += ", HEAD";
  auto answer = problem(405, fmt::format("{} is not possible here; possible are {}", request.method.substr(0, 40), allowed));
  answer.headers.set("Allow", allowed);
  return answer;
}

http::Response Router::call(const Endpoint& endpoint, Call& call) const {
  const auto answer_error = [&](const Error& error) {
    auto answer = problem(error, call.reply_status);
    if (answer.status == 401) answer.headers.set("WWW-Authenticate", "Bearer");
    answer.headers.set("Cache-Control", "no-store");
    return answer;
  };
  try {
    if (auto session = authenticate_ ? authenticate_(call.request) : Result<Session>{}; session)
      call.session = std::move(*session);
    else if (!endpoint.open())
      return answer_error(session.error());
    if (authorise_)
      if (const auto allowed = authorise_(endpoint, call); !allowed) return answer_error(allowed.error());
    auto made = endpoint.handler(call);
    if (!made) {
      if (made.error().kind == ErrorKind::internal)
        log(LogLevel::error, "api: internal error", {{"endpoint", endpoint.method + " " + endpoint.path}, {"error", made.error().message}});
      return answer_error(made.error());
    }
    if (call.reply_status)
      made->status = call.reply_status;
    else if (made->status == 200)
      made->status = endpoint.status;
    for (const auto& [name, value] : call.reply_headers) made->headers.set(name, value);
    if (!made->headers.has("Cache-Control")) made->headers.set("Cache-Control", "private, no-cache");
    const auto etag = made->headers.get("ETag"), seen = call.request.headers.get("If-None-Match");
    if (made->status == 200 && endpoint.method == "GET" && !etag.empty() && !seen.empty() && http::etag_listed(seen, etag)) {
      made->status = 304;
      made->body.clear();
    }
    http::compress(call.request, *made);
    return std::move(*made);
  } catch (const store::DatabaseError& e) {
    log(LogLevel::error, "api: the database failed", {{"endpoint", endpoint.method + " " + endpoint.path}, {"error", e.what()}});
    call.reply_status = 0;
    auto answer = answer_error(error_of(e));
    if (answer.status == 503) answer.headers.set("Retry-After", "5");
    return answer;
  } catch (const std::exception& e) {
    log(LogLevel::error, "api: a handler threw", {{"endpoint", endpoint.method + " " + endpoint.path}, {"error", e.what()}});
    call.reply_status = 0;
    return answer_error({ErrorKind::internal, "the server could not answer this request; its log says why"});
  }
}

}  // namespace evenkeel::api
