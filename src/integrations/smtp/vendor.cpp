// A mail server as a connection.
#include <fmt/format.h>

#include "integrations/common/vendor.hpp"
#include "integrations/smtp/smtp.hpp"

namespace evenkeel::integrations {
namespace smtp {
namespace {

struct SmtpSettings {
  static constexpr std::string_view required[] = {"url"};
  static constexpr Says says[] = {{"url", "smtp://host:587 or smtps://host:465"},
                                  {"user", "Who signs in there; empty: nobody does"},
                                  {"secret", "The password, as ${env:NAME} or ${file:PATH}; never the password itself"},
                                  {"from", "Address that mails come from; empty: evenkeel@ and the host"}};
  std::string url;
  std::string user;
  std::string secret;
  std::string from;
};
BOOST_DESCRIBE_STRUCT(SmtpSettings, (), (url, user, secret, from))

class Server final : public capabilities::Mailer {
 public:
  Server(SmtpConfig config, std::string from, Wire wire) : config_(std::move(config)), from_(std::move(from)), wire_(std::move(wire)) {}

  std::string sender() const override { return from_.empty() ? "evenkeel@" + config_.host : from_; }
  Delivery send(const Mail& mail, std::stop_token stop) override { return struck(send_mail(config_, mail, std::move(stop))); }
  Tested test(const TestAsk& ask) {
    if (ask.send) return by_mail(ask);
    const auto greeted = struck(greet(config_, ask.stop));
    Tested t{.saw = greeted.receipt, .problem = greeted.end == DeliveryEnd::delivered ? "" : greeted.reason};
    const bool refused = t.problem.find("did not accept user") != std::string::npos;
    t.reachable = t.problem.empty() || refused;
    if (!config_.user.empty() && *t.reachable) t.authenticated = !refused;
    if (t.problem.empty())
      t.may = {fmt::format("send mails from {}; whether one is taken shows with --send", sender())};
    else
      t.next_step = refused ? fmt::format("correct `user` and the secret of connection {}", wire_.name)
                            : fmt::format("correct `url` of connection {}, or let this server reach it", wire_.name);
    return t;
  }

 private:
  Tested by_mail(const TestAsk& ask) {
    const auto domain = sender().substr(sender().find('@') + 1);
    const Mail mail{.from = {sender(), "Evenkeel"},
                    .to = {{ask.to.empty() ? sender() : ask.to}},
                    .subject = "A test of the connection",
                    .text = "Evenkeel can send mails.\n",
                    .message_id = ask.key + "@" + domain,
                    .date = ask.now};
    const auto sent = send(mail, ask.stop);
    Tested t{.saw = sent.receipt, .problem = sent.end == DeliveryEnd::delivered ? "" : sent.reason};
    if (t.problem.empty())
      t.reachable = t.authenticated = true, t.may = {fmt::format("send mails; one is on its way to {}", mail.to[0].address)};
    else
      t.next_step = fmt::format("correct `url`, `user`, `secret` or `from` of connection {}", wire_.name);
    return t;
  }
  /// What the server said does not come through HTTP, and goes the same way.
  Delivery struck(Delivery d) const {
    d.reason = wire_.strike->from(std::move(d.reason));
    d.receipt = wire_.strike->from(std::move(d.receipt));
    return d;
  }
  SmtpConfig config_;
  std::string from_;
  Wire wire_;
};

Result<Integration> open(const SmtpSettings& s, const Wire& wire) {
  auto config = TRY(smtp_config(wire.name, s.url));
  config.user = s.user;
  config.password = Secret{s.secret};
  config.deadline = std::min(config.deadline, wire.longest);
  const auto server = std::make_shared<Server>(std::move(config), s.from, wire);
  return Integration{.mail = server, .test = [server](const TestAsk& ask) { return server->test(ask); }};
}

}  // namespace
}  // namespace smtp

Vendors smtp_vendors() { return {vendor_of("smtp", {Ability::mail}, smtp::open)}; }

}  // namespace evenkeel::integrations
