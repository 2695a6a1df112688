// A room where people talk.
#pragma once
#include <stop_token>

#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

struct ChatPost {
  std::string room;  // "#ops"
  std::string subject;
  std::string body;  // Markdown
  std::string key;   // the same on every attempt
  std::string event;
};

class Chat {
 public:
  virtual ~Chat() = default;
  virtual Delivery post(const ChatPost& post, SysTime now, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
