// A mail server that keeps what it is given. SMTP on its own port (EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, RSET, QUIT);
// state and control over HTTP like every fake.
//
// Control: "reject" answers RCPT with `status` (550, 451 ...); "stall" never answers DATA's end; "lose" keeps the mail and closes
// without an answer; "drop" closes as soon as someone connects.
#pragma once
#include <atomic>
#include <thread>

#include "fake.hpp"
#include "mime.hpp"

typedef struct ssl_ctx_st SSL_CTX;

namespace evenkeel::fakes {

struct SunkMail {
  std::string from;
  std::vector<std::string> to;
  std::string message_id;
  std::string subject;
  std::string user;
  bool tls = false;
  ReadMail mail;
};
BOOST_DESCRIBE_STRUCT(SunkMail, (), (from, to, message_id, subject, user, tls, mail))
struct SinkState {
  std::vector<SunkMail> messages;
  int deliveries = 0, distinct_message_ids = 0, refused = 0, connections = 0;
  std::int64_t smtp_port = 0;
};
BOOST_DESCRIBE_STRUCT(SinkState, (), (messages, deliveries, distinct_message_ids, refused, connections, smtp_port))

struct SinkOptions {
  std::string certificate_file = {}, key_file = {};  // offer STARTTLS
  std::string user = {}, password = {};              // demand AUTH
  std::uint16_t port = 0;
};

class SmtpSink final : public Fake {
 public:
  explicit SmtpSink(SinkOptions options);  // throws std::runtime_error when it cannot listen
  ~SmtpSink() override;
  std::uint16_t smtp_port() const { return port_; }
  http::Response act(const http::Request& request) override;
  json::Value state() override;

 private:
  struct Conversation;
  void accept_all();
  void converse(int fd);
  SinkOptions options_;
  SSL_CTX* tls_ = nullptr;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_ = false;
  std::mutex mutex_;
  SinkState state_;
  std::map<int, bool> open_;  // sockets of running conversations
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace evenkeel::fakes
