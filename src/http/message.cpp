#include "http/message.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>

#include "base/utf8.hpp"

namespace evenkeel::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }
std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}
/// Calls f with each part of `text` between separators.
template <class F>
void for_each_part(std::string_view text, char separator, F f) {
  while (!text.empty()) {
    const auto at = text.find(separator);
    f(text.substr(0, at));
    if (at == std::string_view::npos) return;
    text.remove_prefix(at + 1);
  }
}

constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr std::string_view data_policy = "default-src 'none'; frame-ancestors 'none'";

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return {};
}
bool Headers::has(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(), [&](const auto& f) { return same_name(f.first, name); });
}
void Headers::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& f) { return same_name(f.first, name); });
  fields_.emplace_back(std::string{name}, std::move(value));
}

Response Response::redirect(std::string location, int status) {
  Response r{status};
  r.headers.set("Location", std::move(location));
  return r;
}
Response Response::stream(EventSource source) {
  Response r{200, "text/event-stream"};
  r.headers.set("Cache-Control", "no-store");
  r.headers.set("X-Accel-Buffering", "no");  // proxies that buffer would hold events back
  r.events = std::make_shared<const EventSource>(std::move(source));
  return r;
}

void split_target(Request& request) {
  std::string_view target = request.target;
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {  // absolute form
    target.remove_prefix(scheme + 3);
    const auto slash = target.find_first_of("/?");
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const auto mark = target.find('?');
  request.path = target.substr(0, mark);
  if (request.path.empty()) request.path = "/";
  request.query = mark == std::string_view::npos ? Query{} : parse_query(target.substr(mark + 1));
}

Request make_request(std::string method, std::string target, std::string body, Headers headers) {
  Request request{std::move(method), std::move(target)};
  request.body = std::move(body);
  request.headers = std::move(headers);
  split_target(request);
  return request;
}

Query parse_query(std::string_view text) {
  Query query;
  for_each_part(text, '&', [&](std::string_view pair) {
    const auto equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>{""} : percent_decode(pair.substr(equals + 1), true);
    if (name && value && !name->empty()) query[clean_text(*name)] = clean_text(*value);
  });
  return query;
}

std::string cookie(const Request& request, std::string_view name) {
  std::string found;
  for (const auto& [key, value] : request.headers)
    if (same_name(key, "Cookie"))
      for_each_part(value, ';', [&](std::string_view part) {
        part = trim(part);
        if (found.empty() && part.size() > name.size() && part.starts_with(name) && part[name.size()] == '=')
          found = part.substr(name.size() + 1);
      });
  return found;
}

std::string bearer_token(const Request& request) {
  const auto value = request.headers.get("Authorization");
  return value.size() > 7 && same_name(value.substr(0, 7), "Bearer ") ? std::string{trim(value.substr(7))} : std::string{};
}

namespace {
std::string_view strong(std::string_view etag) { return etag.starts_with("W/") ? etag.substr(2) : etag; }
}  // namespace

bool etag_listed(std::string_view list, std::string_view etag) {
  bool found = false;
  for_each_part(list, ',', [&](std::string_view part) {
    part = trim(part);
    found = found || part == "*" || strong(part) == strong(etag);
  });
  return found;
}

bool etag_begins(std::string_view list, std::string_view start) {
  bool found = false;
  for_each_part(list, ',', [&](std::string_view part) { found = found || strong(trim(part)).starts_with(start); });
  return found;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return status < 300 ? "OK" : status < 400 ? "Redirect" : status < 500 ? "Client Error" : "Server Error";
  }
}

namespace {
constexpr const char* day_names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* month_names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
}  // namespace

std::string http_date(std::int64_t seconds) {  // not strftime: its names follow the locale
  const std::time_t t = seconds;
  std::tm utc{};
  gmtime_r(&t, &utc);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names[utc.tm_wday], utc.tm_mday, month_names[utc.tm_mon],
                     utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::optional<std::int64_t> parse_http_date(
    std::string_view text) {  // the one form that may still be sent: "Sun, 06 Nov 1994 08:49:37 GMT"
  if (text.size() != 29 || text.substr(25) != " GMT" || text.substr(3, 2) != ", ") return {};
  const auto number = [&](std::size_t at, std::size_t n) {
    int value = -1;
    const auto [end, ec] = std::from_chars(text.data() + at, text.data() + at + n, value);
    return ec == std::errc{} && end == text.data() + at + n ? value : -1;
  };
  const auto month = std::find(std::begin(month_names), std::end(month_names), text.substr(8, 3)) - std::begin(month_names);
  std::tm utc{};
  utc.tm_mday = number(5, 2), utc.tm_mon = int(month), utc.tm_year = number(12, 4) - 1900;
  utc.tm_hour = number(17, 2), utc.tm_min = number(20, 2), utc.tm_sec = number(23, 2);
  if (utc.tm_mday < 1 || utc.tm_mday > 31 || month == 12 || utc.tm_year < -1900 || utc.tm_hour < 0 || utc.tm_hour > 23 || utc.tm_min < 0 ||
      utc.tm_min > 59 || utc.tm_sec < 0 || utc.tm_sec > 60)
    return {};
  return timegm(&utc);
}

void add_security_headers(Response& response) {
  const bool page = response.content_type.starts_with("text/html");
  const bool script = response.content_type.starts_with("text/javascript");  // a worker lives under its own script's policy
  const auto put = [&](std::string_view name, std::string_view value) {
    if (!response.headers.has(name)) response.headers.add(std::string{name}, std::string{value});
  };
  put("X-Content-Type-Options", "nosniff");
  put("Referrer-Policy", page ? "same-origin" : "no-referrer");
  if (page) put("Cross-Origin-Opener-Policy", "same-origin");
  put("Content-Security-Policy", page || script ? page_policy : data_policy);
}

}  // namespace evenkeel::http
