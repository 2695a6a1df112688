// A pipeline of a build server: started, found again after a crash, asked how it stands.
#pragma once
#include "capabilities/http_call.hpp"

namespace evenkeel::capabilities {

/// `refused`: it was not started and will not be (its status and words say why). `unsure`: it may have been started.
struct PipelineStart {
  enum Kind { started, refused, not_sent, unsure } kind = refused;
  std::string run;  // the id of what was started
  std::string problem = {}, said = {};
  int status = 0;
};
struct PipelineLook {
  enum Kind { running, succeeded, failed } kind = running;
  std::string word = {};  // the server's own: "success", "cancelled"
  std::string said = {};
};

class Pipeline {
 public:
  virtual ~Pipeline() = default;
  /// `expect_status`: what the trigger must answer; 0: any of 200 to 299.
  virtual PipelineStart start(const HttpCall& trigger, int expect_status, std::stop_token stop = {}) = 0;
  /// The id of the run that was started under the call's key. Errors: not_found (there is none), anything else: ask again.
  virtual Result<std::string> find(const HttpCall& lookup, std::stop_token stop = {}) = 0;
  virtual PipelineLook look(const HttpCall& status, std::stop_token stop = {}) = 0;
};

}  // namespace evenkeel::capabilities
