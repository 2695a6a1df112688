// One message over one channel of the definitions. Every attempt is the same to the byte, under the same key, so that a receiver sees one.
#pragma once
#include <stop_token>

#include "capabilities/integration.hpp"
#include "capabilities/mail.hpp"
#include "comms/changelog_file.hpp"
#include "comms/comms.hpp"
#include "comms/subscription.hpp"

namespace evenkeel::comms {

struct Sending {
  Communication row;
  planning::Release release;
  std::shared_ptr<const definitions::Organisation> organisation;
  Message message;
  FileEdit file;                                   // for file and git channels
  SysTime at;                                      // when it was handed to the outbox: the date of the mail, of the commit
  std::vector<Subscription> subscribers = {};      // of an smtp channel that has them
  std::string base = {};                           // address of the public page, for links
  std::optional<Readers> only_to = {};             // correction: those who had the announcement
  std::vector<std::string> also_to = {};           // insiders who read what is taken back
  std::map<std::string, Message> in_locales = {};  // the same for readers of another language: messages_in_locales()
  std::vector<std::string> publish_under = {};     // file, git and docs channels write below these folders alone
};

/// Recipients of a mailing that have it already, and the note that one more has it: kept between attempts.
struct Parts {
  std::function<bool(const std::string& part)> has;
  std::function<void(const std::string& part, const std::string& receipt)> arrived;
  /// It never will have it; `subscription` is empty for an address of the definitions.
  std::function<void(const std::string& part, const std::string& subscription, const std::string& reason)> refused = {};
};

/// Insiders share one mail; customers get one each, so that nobody sees another's address. A secret that is missing on this machine:
/// retry. The receipt is the Message-ID, the commit, or what the receiver said.
capabilities::Delivery send(const Sending& sending, const Parts& parts, const capabilities::Connections& outside, SysTime now,
                            std::stop_token stop = {});

/// What belongs to no release, such as a monthly report: one mail to a channel's own addresses, or one post. Insiders only, so there are no
/// subscribers. The same to the byte on every attempt.
struct Notice {
  std::string id, subject, body;
  SysTime at;
};
capabilities::Delivery send_notice(const definitions::Organisation& o, const definitions::ChannelDef& channel, const Notice& notice,
                                   const capabilities::Connections& outside, SysTime now, std::stop_token stop = {});

/// Address of the public page without a final slash: of the definitions, else the server's own; empty when neither is set.
std::string public_base(const definitions::Organisation& o, const std::string& server_url);
/// What a letter says, and in which language.
struct Text {
  std::string subject, body;  // Markdown
  std::string locale = "en";
};
/// A mail but for its recipient, id and date. To a subscriber it carries the way out (RFC 8058).
capabilities::Mail letter(const definitions::Organisation& o, const std::string& sender, const Text& text, const std::string& base,
                          const Subscription* subscriber);

}  // namespace evenkeel::comms
