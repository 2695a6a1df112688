// A build server's pipeline in the form that most of them share, and the plain HTTP call of a step: neither has a connection, the address
// is the step's.
#pragma once
#include <memory>

#include "capabilities/pipeline.hpp"
#include "http/client.hpp"

namespace evenkeel::integrations {

std::unique_ptr<capabilities::HttpCaller> http_caller(http::HttpClient& http);
std::unique_ptr<capabilities::Pipeline> generic_pipeline(capabilities::HttpCaller& http);

}  // namespace evenkeel::integrations
