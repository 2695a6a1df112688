#include "integrations/smtp/smtp.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include "base/utf8.hpp"
#include "http/curl_transfer.hpp"

namespace evenkeel::integrations {
namespace {

struct Upload {
  std::string_view left;
  bool all_given = false;
  std::string last_reply, refusal;  // refusal: the first 4xx or 5xx; what follows it is only the goodbye
};
std::size_t give(char* to, std::size_t, std::size_t room, void* from) {
  auto& upload = *static_cast<Upload*>(from);
  const auto n = std::min(room, upload.left.size());
  std::memcpy(to, upload.left.data(), n);
  upload.left.remove_prefix(n);
  if (upload.left.empty()) upload.all_given = true;
  return n;
}
std::size_t hear(char* line, std::size_t, std::size_t n, void* to) {
  std::string_view reply{line, n};
  while (reply.ends_with('\n') || reply.ends_with('\r')) reply.remove_suffix(1);
  auto& upload = *static_cast<Upload*>(to);
  upload.last_reply = clean_text(reply, 300);
  if (upload.refusal.empty() && (reply.starts_with('4') || reply.starts_with('5'))) upload.refusal = upload.last_reply;
  return n;
}

/// Ends the conversation at the deadline or on a stop, by shutting the socket down: curl waits for the reply to the text, and
/// to its goodbye after a failure, in calls that keep neither deadline nor stop.
class Watchdog {
 public:
  Watchdog(Millis deadline, std::stop_token stop)
      : on_stop_(std::move(stop), [this] { cut(); }),
        thread_([this, until = std::chrono::steady_clock::now() + deadline](std::stop_token done) {
          std::unique_lock lock(mutex_);
          if (!over_.wait_until(lock, done, until, [] { return false; }) && !done.stop_requested()) {
            lock.unlock();
            cut();
          }
        }) {}
  bool fired() {
    const std::scoped_lock lock(mutex_);
    return fired_;
  }
  static curl_socket_t open(void* self, curlsocktype, curl_sockaddr* to) {
    auto& dog = *static_cast<Watchdog*>(self);
    const std::scoped_lock lock(dog.mutex_);
    if (dog.fired_) return CURL_SOCKET_BAD;
    return dog.socket_ = ::socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
  }
  static int close(void* self, curl_socket_t socket) {
    auto& dog = *static_cast<Watchdog*>(self);
    const std::scoped_lock lock(dog.mutex_);
    if (dog.socket_ == socket) dog.socket_ = -1;
    return ::close(socket);
  }

 private:
  void cut() {
    const std::scoped_lock lock(mutex_);
    fired_ = true;
    if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
  }
  std::mutex mutex_;
  std::condition_variable_any over_;
  int socket_ = -1;
  bool fired_ = false;
  std::stop_callback<std::function<void()>> on_stop_;
  std::jthread thread_;
};

bool is_this_machine(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

/// One conversation: with a mail it is handed over, without one the server only says whether it takes us.
Delivery converse(const SmtpConfig& config, const std::string& what, const Mail* mail, const std::string& bytes, std::stop_token stop) {
  if (!config.user.empty() && config.tls == SmtpTls::off && !is_this_machine(config.host))
    return {
        DeliveryEnd::retry, {}, what + ": a password is configured but no TLS, so it would cross the network readable; set tls: starttls"};

  Watchdog watchdog{config.deadline, stop};
  http::CurlHandle handle;  // after the watchdog: its end may still close the socket
  auto* easy = handle.easy;
  Upload upload{bytes, false, {}};
  char reason[CURL_ERROR_SIZE] = "";
  http::CurlList recipients;
  if (mail)
    for (const auto& to : mail->to) recipients.add("<" + to.address + ">");
  const auto host = config.host.contains(':') ? "[" + config.host + "]" : config.host;
  const auto url = fmt::format("{}://{}:{}/{}", config.tls == SmtpTls::tls ? "smtps" : "smtp", host, config.port, config.hello);
  const auto from = mail ? "<" + mail->from.address + ">" : "";
  const auto ms = static_cast<long>(std::max<std::int64_t>(config.deadline.count(), 1));
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, ms);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(ms, 10'000L));
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(config.tls == SmtpTls::off ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  if (!config.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, config.ca_file.c_str());
  if (!config.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, config.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, config.password.reveal().c_str());
  }
  if (mail) {
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.list);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
    curl_easy_setopt(easy, CURLOPT_READDATA, &upload);
  } else {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &upload);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, Watchdog::open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &watchdog);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, Watchdog::close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, &watchdog);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  const auto code = http::run_transfer(handle, stop);

  if (code == CURLE_OK) return {DeliveryEnd::delivered, upload.last_reply, {}};
  if (code == CURLE_LOGIN_DENIED)
    return {DeliveryEnd::retry, {}, fmt::format("{}: the server did not accept user '{}': {}", what, config.user, upload.refusal)};
  const std::string why = !code || stop.stop_requested() ? "stopped, the server is stopping"
                          : watchdog.fired()             ? fmt::format("no answer within {}", to_words(config.deadline))
                          : reason[0]                    ? reason
                                                         : curl_easy_strerror(*code);
  if (!upload.refusal.empty())
    return {upload.refusal.starts_with('5') ? DeliveryEnd::refused : DeliveryEnd::retry,
            {},
            fmt::format("{}: the server answered {}", what, upload.refusal)};
  if (upload.all_given)
    return {DeliveryEnd::unconfirmed, {}, fmt::format("{}: the text was sent but the server did not confirm it: {}", what, why)};
  return {DeliveryEnd::retry, {}, fmt::format("{}: {}", what, why)};
}

}  // namespace

Delivery send_mail(const SmtpConfig& config, const Mail& mail, std::stop_token stop) {
  const auto bytes = build_mail(mail);
  if (!bytes) return {DeliveryEnd::refused, {}, bytes.error().message};
  const auto what =
      fmt::format("mail to {} through {}:{}",
                  mail.to.empty() ? "nobody" : fmt::format("{}{}", mail.to[0].address, mail.to.size() > 1 ? " and others" : ""),
                  config.host, config.port);
  return converse(config, what, &mail, *bytes, std::move(stop));
}

Delivery greet(const SmtpConfig& config, std::stop_token stop) {
  return converse(config, fmt::format("{}:{}", config.host, config.port), nullptr, "", std::move(stop));
}

Result<SmtpConfig> smtp_config(const std::string& name, const std::string& url) {
  const auto bad = [&](std::string_view what) {
    return invalid(fmt::format("connection {}: {} (write smtp://host:587 or smtps://host:465)", name, what));
  };
  const auto slashes = url.find("://");
  if (slashes == std::string::npos) return bad("the url has no scheme");
  const auto scheme = url.substr(0, slashes);
  auto rest = url.substr(slashes + 3);
  if (rest.ends_with('/')) rest.pop_back();
  SmtpConfig config{.tls = SmtpTls::starttls};
  if (scheme == "smtps")
    config.tls = SmtpTls::tls, config.port = 465;
  else if (scheme == "smtp+plain")
    config.tls = SmtpTls::off, config.port = 25;
  else if (scheme != "smtp")
    return bad("the url is not one of a mail server");
  const auto colon = rest.rfind(':');
  config.host = rest.substr(0, colon);
  if (colon != std::string::npos) {
    const auto [end, ec] = std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), config.port);
    if (ec != std::errc{} || end != rest.data() + rest.size() || config.port < 1 || config.port > 65535)
      return bad("the url's port is not a number");
  }
  if (config.host.empty() || config.host.find_first_of("/@ ") != std::string::npos)
    return bad("the url's host is not one; user and secret have their own fields");
  const bool here = config.host == "localhost" || config.host.starts_with("127.");
  if (scheme == "smtp" && here) config.tls = SmtpTls::off;
  return config;
}

}  // namespace evenkeel::integrations
