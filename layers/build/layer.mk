# `sam build` makes the layers here, those of wheels from their locks. Its own builder with pip checks no hash of a wheel
# for another processor than this machine's, and brings a dependency although the layer below has it already.
build-BillingLayer:
	mkdir -p "$(ARTIFACTS_DIR)/python"
	cp -R billing "$(ARTIFACTS_DIR)/python/"
	$(COMPILE)

build-DependenciesLayer build-ChargebeeLayer build-ScalekitLayer:
	uv pip install --quiet --require-hashes --no-deps --only-binary :all: --link-mode copy \
		--python-version 3.13 --python-platform $(PLATFORM) --target "$(ARTIFACTS_DIR)/python" -r requirements.txt
	$(COMPILE)

# A layer cannot be written to, so Lambda would compile its sources anew in every cold start. That the sources are those
# which were compiled is not checked there: Lambda gives all files another time.
# https://docs.python.org/3.13/library/py_compile.html#py_compile.PycInvalidationMode
COMPILE = find "$(ARTIFACTS_DIR)" -name '*.pyc' -delete && python3.13 -m compileall -q \
	--invalidation-mode unchecked-hash -s "$(ARTIFACTS_DIR)" -p /opt "$(ARTIFACTS_DIR)/python"
