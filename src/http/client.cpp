#include "http/client.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "http/curl_transfer.hpp"

namespace evenkeel::http {
namespace {

struct Transfer {
  ClientResponse response;
  std::size_t max_body = 0;
  bool too_large = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t n, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (transfer.response.body.size() + n > transfer.max_body) {
    transfer.too_large = true;
    return 0;
  }
  transfer.response.body.append(data, n);
  return n;
}
std::size_t on_header(char* data, std::size_t, std::size_t n, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  std::string_view line{data, n};
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {  // an interim answer or a redirect came before
    transfer.response.headers = {};
    transfer.response.body.clear();
  } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
    transfer.response.headers.add(std::string{line.substr(0, colon)}, std::string{value});
  }
  return n;
}

/// Proxies come from the environment as usual, but never for this machine itself.
const std::string& no_proxy() {
  static const std::string list = [] {
    std::string text = "127.0.0.1,localhost,::1";
    for (const auto* name : {"no_proxy", "NO_PROXY"})
      if (const auto* value = std::getenv(name)) text += std::string(",") + value;
    return text;
  }();
  return list;
}

/// Whether curl gave up before anything of the request can have reached the other side.
bool nothing_sent(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return true;
    default:
      return false;
  }
}

}  // namespace

struct CurlClient::Handle : CurlHandle {};

CurlClient::CurlClient(CurlOptions options) : options_(std::move(options)) {}
CurlClient::~CurlClient() = default;

std::unique_ptr<CurlClient::Handle> CurlClient::borrow() {
  const std::scoped_lock lock(mutex_);
  if (idle_.empty()) return std::make_unique<Handle>();
  auto handle = std::move(idle_.back());
  idle_.pop_back();
  return handle;
}
void CurlClient::give_back(std::unique_ptr<Handle> handle) {
  curl_easy_reset(handle->easy);
  const std::scoped_lock lock(mutex_);
  if (idle_.size() < 16) idle_.push_back(std::move(handle));
}

std::string shown_url(std::string_view url, bool path_is_secret) {
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  std::string out{url.substr(0, mark)};
  const auto scheme = out.find("://");
  const auto host = scheme == std::string::npos ? 0 : scheme + 3;
  const auto path = out.find('/', host);
  if (const auto at = out.rfind('@', path); at != std::string::npos && at >= host) out.erase(host, at + 1 - host);
  if (path_is_secret) {
    const auto slash = out.find('/', host);
    return slash == std::string::npos ? out : out.substr(0, slash) + "/...";
  }
  if (mark == std::string_view::npos) return out;
  std::string query;
  for (const auto& [name, value] : parse_query(url.substr(mark + 1))) query += (query.empty() ? "?" : "&") + name + "=...";
  return out + query;
}

Result<ClientResponse> CurlClient::send(const ClientRequest& request, std::stop_token stop) {
  const auto what = fmt::format("{} {}", request.method, shown_url(request.url, request.path_is_secret));
  if (!request.url.starts_with("http://") && !request.url.starts_with("https://"))
    return invalid(fmt::format("{}: only http:// and https:// addresses can be called", what));
  for (const auto& [name, value] : request.headers)
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      return invalid(fmt::format("{}: the header field '{}' holds a line break", what, shown_url(name)));
  if (stop.stop_requested()) return unavailable(fmt::format("{}: not sent, the server is stopping", what));

  auto handle = borrow();
  auto* easy = handle->easy;
  Transfer transfer;
  transfer.max_body = request.max_body;
  char reason[CURL_ERROR_SIZE] = "";
  CurlList fields;
  for (const auto& [name, value] : request.headers) fields.add(value.empty() ? name + ";" : name + ": " + value);
  fields.add("Expect:");
  const auto ms = static_cast<long>(std::max<std::int64_t>(request.deadline.count(), 1));
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.follow > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.follow));
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, no_proxy().c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, ms);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(ms, 10'000L));
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, fields.list);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
  if (request.method == "HEAD")
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  else if (request.method == "POST" || !request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
  }
  if (request.method != "GET" && request.method != "HEAD" && request.method != "POST")
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  if (request.method == "GET" && !request.body.empty()) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "GET");

  const auto code = run_transfer(*handle, std::move(stop));
  long status = 0, sent = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
  give_back(std::move(handle));

  if (code == CURLE_OK) {
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }
  std::string why = !code                              ? "stopped while waiting, the server is stopping"
                    : transfer.too_large               ? fmt::format("the answer is larger than {} bytes", request.max_body)
                    : code == CURLE_OPERATION_TIMEDOUT ? fmt::format("no whole answer within {}", to_words(request.deadline))
                    : reason[0]                        ? reason
                                                       : curl_easy_strerror(*code);
  const bool unsent = sent == 0 || (code && nothing_sent(*code));
  return fail(unsent ? ErrorKind::unavailable : ErrorKind::unknown,
              fmt::format("{}: {}{}", what, why, unsent ? "" : "; whether the other side acted on it is unknown"));
}

}  // namespace evenkeel::http
