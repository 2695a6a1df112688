// A system that is told what happens: notes, status, deployments, each as one JSON document.
#pragma once
#include <stop_token>

#include "capabilities/delivery.hpp"

namespace evenkeel::capabilities {

struct Event {
  std::string type;  // "release.notes", "dev.cdevents.service.deployed.0.3.0"
  std::string key;   // the same on every attempt: a receiver knows a repetition by it
  json::Object body;
};

class EventReceiver {
 public:
  virtual ~EventReceiver() = default;
  virtual Delivery tell(const Event& event, SysTime now, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
