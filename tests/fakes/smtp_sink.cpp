#include "smtp_sink.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <stdexcept>

#include "api/router.hpp"
#include "base/hex.hpp"

namespace evenkeel::fakes {
namespace {

bool starts_with_word(std::string_view line, std::string_view word) {
  return line.size() >= word.size() && http::same_name(line.substr(0, word.size()), word);
}
std::string address_in(std::string_view line) {
  const auto open = line.find('<'), close = line.find('>');
  return open == std::string_view::npos || close == std::string_view::npos || close < open
             ? std::string{}
             : std::string(line.substr(open + 1, close - open - 1));
}

}  // namespace

/// One connection: lines in, replies out, over TLS once that was started.
struct SmtpSink::Conversation {
  int fd;
  SSL* ssl = nullptr;
  std::string in = {};

  ~Conversation() {
    if (ssl) SSL_free(ssl);
  }
  bool read_more() {
    char chunk[8192];
    const auto n = ssl ? SSL_read(ssl, chunk, sizeof chunk) : int(::recv(fd, chunk, sizeof chunk, 0));
    if (n > 0) in.append(chunk, std::size_t(n));
    return n > 0 && in.size() < 64u * 1024 * 1024;
  }
  bool say(std::string_view text) {
    const auto line = std::string(text) + "\r\n";
    return (ssl ? SSL_write(ssl, line.data(), int(line.size())) : int(::send(fd, line.data(), line.size(), MSG_NOSIGNAL))) ==
           int(line.size());
  }
  std::optional<std::string> take_until(std::string_view mark) {
    std::size_t at;
    while ((at = in.find(mark)) == std::string::npos)
      if (!read_more()) return {};
    auto text = in.substr(0, at);
    in.erase(0, at + mark.size());
    return text;
  }
  /// DATA's text without its dots; none when the peer left.
  std::optional<std::string> take_data() {
    std::string text;
    for (;;) {
      auto line = take_until("\r\n");
      if (!line) return {};
      if (*line == ".") return text;
      text += (line->starts_with('.') ? line->substr(1) : *line) + "\r\n";
    }
  }
};

SmtpSink::SmtpSink(SinkOptions options) : options_(std::move(options)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets whose peer may have gone
  if (!options_.certificate_file.empty()) {
    tls_ = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(tls_, options_.certificate_file.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls_, options_.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error("cannot read certificate or key");
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(options_.port);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&here), size) != 0 || ::listen(listener_, 128) != 0)
    throw std::runtime_error("cannot listen for SMTP");
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&here), &size);
  port_ = ntohs(here.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

SmtpSink::~SmtpSink() {
  ending_ = true;
  faults.end();
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [fd, open] : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  ::close(listener_);
  if (tls_) SSL_CTX_free(tls_);
}

void SmtpSink::accept_all() {
  while (!ending_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const std::scoped_lock lock(mutex_);
    ++state_.connections;
    open_[fd] = true;
    threads_.emplace_back([this, fd] {
      converse(fd);
      const std::scoped_lock done(mutex_);
      open_.erase(fd);
      ::close(fd);
    });
  }
}

void SmtpSink::converse(int fd) {
  Conversation c{fd};
  const auto fault = faults.next();
  if (fault.mode == "drop") return;
  SunkMail mail;
  std::string user;
  c.say("220 sink.example ESMTP");
  while (auto got = c.take_until("\r\n")) {
    const std::string& line = *got;
    bool heard = true;
    if (starts_with_word(line, "EHLO") || starts_with_word(line, "HELO")) {
      std::string offers = "250-sink.example\r\n";
      if (tls_ && !c.ssl) offers += "250-STARTTLS\r\n";
      if (!options_.user.empty()) offers += "250-AUTH PLAIN\r\n";
      heard = c.say(offers + "250 8BITMIME");
    } else if (starts_with_word(line, "STARTTLS") && tls_ && !c.ssl) {
      c.say("220 go ahead");
      c.ssl = SSL_new(tls_);
      SSL_set_fd(c.ssl, fd);
      c.in.clear();  // what was sent before the handshake must not count after it
      heard = SSL_accept(c.ssl) == 1;
    } else if (starts_with_word(line, "AUTH PLAIN")) {
      auto token = line.size() > 11 ? line.substr(11) : std::string{};
      if (token.empty()) {
        c.say("334 ");
        token = c.take_until("\r\n").value_or("");
      }
      const auto expected = std::string("\0", 1) + options_.user + std::string("\0", 1) + options_.password;
      const bool right = from_base64(token).value_or("") == expected;
      if (right) user = options_.user;
      heard = c.say(right ? "235 welcome" : "535 5.7.8 wrong user or password");
    } else if (starts_with_word(line, "MAIL FROM:")) {
      mail = {};
      mail.from = address_in(line);
      heard = c.say(!options_.user.empty() && user.empty() ? "530 5.7.0 authenticate first" : "250 ok");
    } else if (starts_with_word(line, "RCPT TO:")) {
      if (fault.mode == "reject") {
        const std::scoped_lock lock(mutex_);
        ++state_.refused;
      } else
        mail.to.push_back(address_in(line));
      heard = c.say(fault.mode == "reject" ? std::to_string(fault.status) + " told to refuse" : "250 ok");
    } else if (starts_with_word(line, "DATA")) {
      c.say("354 go on");
      const auto text = c.take_data();
      if (!text) return;
      if (fault.mode == "stall") return faults.wait_while("stall");
      mail.mail = read_mail(*text);
      mail.message_id = mail.mail.headers["message-id"];
      mail.subject = mail.mail.headers["subject"];
      mail.user = user;
      mail.tls = c.ssl != nullptr;
      int count = 0;
      {
        const std::scoped_lock lock(mutex_);
        state_.messages.push_back(mail);
        count = int(state_.messages.size());
      }
      if (fault.mode == "lose") return;
      heard = c.say("250 2.0.0 queued as " + std::to_string(count));
    } else if (starts_with_word(line, "QUIT")) {
      c.say("221 bye");
      return;
    } else
      heard = c.say(starts_with_word(line, "RSET") || starts_with_word(line, "NOOP") ? "250 ok" : "502 not known here");
    if (!heard) return;
  }
}

http::Response SmtpSink::act(const http::Request&) { return api::problem(404, "mail goes to the SMTP port that /__state shows"); }

json::Value SmtpSink::state() {
  const std::scoped_lock lock(mutex_);
  auto all = state_;
  std::set<std::string> ids;
  for (const auto& m : all.messages) ids.insert(m.message_id);
  all.deliveries = int(all.messages.size());
  all.distinct_message_ids = int(ids.size());
  all.smtp_port = port_;
  return json::to_value(all);
}

}  // namespace evenkeel::fakes
