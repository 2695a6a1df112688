// A mail, and who sends it.
#pragma once
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

struct Mailbox {
  std::string address;
  std::string name = {};
};
struct Attachment {
  std::string file_name, content_type, bytes;
};

struct Mail {
  Mailbox from = {};
  std::vector<Mailbox> to = {};
  std::string reply_to = {};  // address; empty: none
  std::string subject = {};
  std::string text = {};
  std::string html = {};             // empty: text only
  std::string message_id = {};       // without angle brackets, "dlv_0192...@evenkeel.example"
  std::string in_reply_to = {};      // message id of the mail that this one follows; keeps a conversation together
  std::string unsubscribe_url = {};  // https: also announced as one-click (RFC 8058)
  SysTime date = {};
  std::vector<Attachment> attachments = {};
};

class Mailer {
 public:
  virtual ~Mailer() = default;
  /// The address that mails of ours come from.
  virtual std::string sender() const = 0;
  /// All recipients or none. Unconfirmed: the text had gone out; a later attempt carries the same Message-ID.
  virtual Delivery send(const Mail& mail, std::stop_token stop = {}) = 0;
};

/// ASCII local@domain without spaces, control characters, commas or angle brackets, at most 254 long.
bool is_address(std::string_view address);

}  // namespace evenkeel::capabilities
