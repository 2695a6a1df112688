#include "outbound/smtp/smtp.hpp"

#include <fmt/format.h>

#include <cstring>

#include "http/curl_transfer.hpp"

namespace evenkeel::outbound {
namespace {

struct Upload {
  std::string_view left;
  bool all_given = false;
  std::string last_reply;
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
  static_cast<Upload*>(to)->last_reply = reply.substr(0, 300);
  return n;
}

bool is_this_machine(const std::string& host) { return host == "localhost" || host == "::1" || host.starts_with("127."); }

}  // namespace

Delivery send_mail(const SmtpConfig& config, const Mail& mail, std::stop_token stop) {
  const auto what = fmt::format("mail to {} through {}:{}", mail.to.empty() ? "nobody" : fmt::format("{}{}", mail.to[0].address, mail.to.size() > 1 ? " and others" : ""),
                                config.host, config.port);
  const auto bytes = build_mail(mail);
  if (!bytes) return {DeliveryEnd::refused, {}, bytes.error().message};
  if (!config.user.empty() && config.tls == SmtpTls::off && !is_this_machine(config.host))
    return {DeliveryEnd::retry, {}, what + ": a password is configured but no TLS, so it would cross the network readable; set tls: starttls"};

  http::CurlHandle handle;
  auto* easy = handle.easy;
  Upload upload{*bytes, false, {}};
  char reason[CURL_ERROR_SIZE] = "";
  http::CurlList recipients;
  for (const auto& to : mail.to) recipients.add("<" + to.address + ">");
  const auto host = config.host.contains(':') ? "[" + config.host + "]" : config.host;
  const auto url = fmt::format("{}://{}:{}/{}", config.tls == SmtpTls::tls ? "smtps" : "smtp", host, config.port, config.hello);
  const auto from = "<" + mail.from.address + ">";
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
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.list);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes->size()));
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
  curl_easy_setopt(easy, CURLOPT_READDATA, &upload);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, hear);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &upload);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, reason);
  const auto code = http::run_transfer(handle, std::move(stop));
  long reply = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);

  if (code == CURLE_OK) return {DeliveryEnd::delivered, upload.last_reply, {}};
  if (code == CURLE_LOGIN_DENIED) return {DeliveryEnd::retry, {}, fmt::format("{}: the server did not accept user '{}': {}", what, config.user, upload.last_reply)};
  const std::string why = !code ? "stopped, the server is stopping" : reason[0] ? reason : curl_easy_strerror(*code);
  if (reply >= 400 && !upload.last_reply.empty() && upload.last_reply.starts_with(std::to_string(reply)))
    return {reply >= 500 ? DeliveryEnd::refused : DeliveryEnd::retry, {}, fmt::format("{}: the server answered {}", what, upload.last_reply)};
  if (upload.all_given) return {DeliveryEnd::unconfirmed, {}, fmt::format("{}: the text was sent but the server did not confirm it: {}", what, why)};
  return {DeliveryEnd::retry, {}, fmt::format("{}: {}", what, why)};
}

}  // namespace evenkeel::outbound
