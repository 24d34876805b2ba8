"""Given names that are hardly ever anything else in English business text.

Most are from Faker's lists for 28 locales (MIT licence, Copyright (c) 2012 Daniele Faraglia), some were added by
hand; names that are also words, places or products are left out. A name missing here costs little, since
contacts and participants are masked by their CRM entry and many others by the named-entity model; a word
wrongly here costs evidence.
"""

from __future__ import annotations

from next_evidence.text.normalise import word_set

FIRST_NAMES = word_set(
    """
Aaban Aabid Aachal Aadam Aadhya Aadil Aafiya Aage Aahana Aahil Aalam Aalee Aalim Aaliyah Aamil
Aamir Aamirah Aanuoluwapo Aaqil Aarav Aarif Aarini Aariz Aarna Aarnav Aarne Aaron Aarush Aaryan
Aarón Aashi Aashif Aashir Aasif Aasim Aatif Aatiq Aatos Aayan Aayush Aazim Abaan Abayomi Abbas
Abbie Abby Abdi Abdirahman Abdiş Abdul Abdulbekir Abdulgazi Abdulkadir Abdullah Abdullahi
Abdulmenaf Abdulsemet Abdurrahman Abdülahat Abdülcemal Abdülhadi Abdülkerim Abdülsamed
Abdürreşit Abebi Abeer Abel Abelardo Abelone Abena Abeni Abhimanyu Abhiram Abigael Abigail
Abigaíl Abilio Abina Abiodun Abiona Abiye Abosede Abraham Abram Abril Abuzar Acarkan Achille
Achim Aclan Adaeze Adalbert Adalberto Adam Adamo Adasal Addison Adebayo Adebiyi Adebowale
Adebukola Adedayo Adedeji Adekitan Adekola Adekunle Adela Adelaida Adelardo Adelasia Adelbert
Adele Adeleke Adelgunde Adelheid Adelia Adelin Adelina Adelinde Adeline Adelmo Adem Adenike
Adeniyi Adeolu Adeoti Adepeju Aderopo Adesewa Adeshina Adesoji Adesua Adetayo Adetoke Adetoun
Adeyi Adigun Adil Adila Adina Aditya Adlan Adnan Adolf Adolfine Adolfo Adora Adoración Adrian
Adriana Adriane Adrianna Adrianne Adriano Adrien Adrienn Adrienne Adrijana Adrián Adriána Adunni
Advaith Advay Advik Advika Adviye Adweta Adán Adèle Adéla Adélaïde Adıgün Aedan Aedin Aenne
Afife Afolarin Afonso Agapito Agastya Agata Agatha Agathe Agnes Agnesa Agnese Agneta Agnete
Agnieszka Agnolo Agnos Agnès Agostino Agripina Agustina Agustín Agáta Ahmad Ahmed Ahmet Ahsen
Ahter Aida Aidan Aideen Aiden Ailbhe Aileen Ailis Ailish Aimee Aimée Aina Ainara Aine Aino Ainoa
Aisha Aishani Aishling Aisling Aislinn Aitana Aitor Ajala Ajani Ajoke Akalan Akanmu Akatay Akbaş
Akboğa Akcivan Akdora Akdurmuş Akgöl Akgüneş Akinkunmi Akinlabi Akinwale Akira Akise Akkerman
Akmaner Akmaral Akosua Aksay Aksel Akseli Akshay Aksoy Aksöğüt Aktemür Akver Akyıldız Akçabay
Akçasu Akınal Alaaddin Alabezek Alade Alaeddin Alain Alamu Alan Alana Alanalp Alanis Alanna
Alannah Alastair Alattin Alba Alban Albano Alberico Albert Alberta Alberte Albertina Albertine
Alberto Albin Albina Albrecht Albín Albína Alcan Alcides Alderano Aldo Aleisha Alejandra
Alejandro Alejo Aleks Aleksandar Aleksander Aleksandr Aleksandra Aleksanteri Aleksei Aleksej
Aleksi Alen Alena Alenka Aleodor Alessandra Alessandro Alessia Alessio Alex Alexander Alexandr
Alexandra Alexandre Alexandrie Alexandrina Alexandros Alexandru Alexe Alexei Alexej Alexia
Alexis Aleš Alf Alfio Alfons Alfonso Alfonz Alfred Alfredo Alfréd Algot Algış Ali Aliabbas Alica
Alice Alicia Alicja Alida Aliihsan Alina Alisa Aliseydi Alisha Alison Alistair Alistar Alister
Alix Alize Aljaž Aljoša Alkor Alla Allan Allana Allegra Allen Allison Almast Almudena Almus
Almut Almuth Alois Aloisia Alojz Alojzia Alojzij Alojzija Alondra Alonso Aloys Alparslan Alpcan
Alphons Alphonse Alphonsus Alpin Alpsü Alsoy Altoğan Altuğ Altınbike Altınkaya Altınçiçek
Altınışın Alva Alvar Alvaro Alvin Alwin Alwina Alwine Alyssa Alícia Alışık Alžbeta Alžběta Ama
Amada Amadeo Amadeus Amado Amador Amaia Amaira Amalia Amalie Amalija Amancio Amanda Amandine
Amando Amani Amara Amarachi Amarilis Amaro Amaya Ambrose Ambrosio Ambróz Amedeo Amedeu Amelia
Amelie Amico Amin Amina Amir Amira Amit Amleto Amoke Amope Amos Amparo Amrita Amruta Amy Amália
Amélia Amélie América Américo Amílcar Ana Anabel Anabela Anacleto Anahera Anaida Anamaria
Anamika Anand Ananya Anargül Anaru Anastasia Anastasie Anastasio Anastasios Anastatia Anastazja
Anastázie Anatol Anatoli Anatolie Anatolij Anaïs Anders Andiç Andor Andra Andrada Andre Andrea
Andreas Andree Andreea Andrei Andreia Andrej Andreja Andrejka Andres Andrew Andrey Andri Andrian
Andrija Andriy Andrzej András André Andréas Andrée Andrés Andy Anděla Anemona Anes Aneta Anett
Anette Anežka Angela Angelica Angelika Angelina Angeline Angelino Angelita Angelo Angharad
Anghel Anghelina Angie Angus Angèle Angélica Angélique Anica Aniela Anika Anikó Anil Anirudh
Anita Anja Anjali Anjolaoluwa Anka Anke Ankica Anmol Ann Anna Annabel Annabella Annabelle Annak
Annaliese Annalisa Annalise Annamaria Annamária Anne Annedore Annegret Annegrete Annekatrin
Anneke Annelene Anneli Annelie Annelies Anneliese Annelise Annelore Annemarie Annemette Annemie
Annemijn Annerose Annett Annetta Annette Anni Annibale Annica Annick Annie Anniina Annika
Annikki Annita Annukka Annunziata Anny Anouk Ansaldo Anselma Anselmo Ansgar Anssi Antal Antero
Anthony Antim Antje Anto Antoaneta Antoin Antoine Antoinette Anton Antonela Antonella Antonello
Antoni Antonia Antonie Antonietta Antonija Antonina Antonino Antonio Antonios Antoniu Antonius
Antony Antonín Antti Antun Antónia António Antônio Anunciación Anusha Aníbal Anđela Aodhan
Aoibheann Aoibhin Aoibhinn Aoife Aongus Apaydın Apolena Apolinar Apollonia Apolonia Apostolos
Arabella Araceli Aradhana Aran Aranka Arcan Arcelia Archie Arda Arham Ariadna Arian Ariana
Ariane Arianne Aribert Ariel Arif Arifcan Arike Ariki Arild Arina Arinola Aris Aristide
Aristides Arjun Arkadiusz Arkut Arlene Arlette Armahan Armand Armando Armas Armida Armin Arnaldo
Arnaud Arnaude Arndt Arne Arnfried Arnim Arno Arnold Arnošt Arnulf Arnulfo Aroha Aron Arpağ
Arpád Arran Arron Arsenie Arsenio Artan Artemio Artemisa Arthur Arttu Artturi Artur Arturo
Arunima Arvid Aryan Arziye Aránzazu Arıel Arıkol Arıpınar Arısoy Asafe Asake Asalet Asbjørn
Ascensión Asdrubal Asger Asher Ashlee Ashleigh Ashlene Ashley Ashling Ashok Ashton Asiman
Aslanhan Asliye Assar Assumpta Asta Aston Astrid Asunción Ataahua Atagün Atalay Atanur Atasagun
Atatöre Atena Atenulf Atfat Atgun Athanasios Atharv Atheel Atila Atilhan Atilio Atinuke Atiyye
Atnan Attaf Attila Attracta Atılgan Aude Audrey Auguste Augustin Augustina Augustine Augusto
Augustín Aukusti Aulikki Aulis Auraq Aurel Aurelia Aurelian Aureliana Aureliano Aurelio Aurica
Aurică Aurore Aurélia Aurélie Averil Avgust Avni Avram Avril Avunç Avşin Awadil Awamil Awamiri
Awani Awero Awhina Awlya Awmar Awrad Axel Axelle Axenia Axinte Aya Ayaan Ayamin Ayasun Ayaydın
Aybet Aybora Aycagül Aydar Ayden Aydinç Ayduru Aydınbey Ayesha Aygutalp Aygönenç Ayhan Ayinde
Ayinke Aykut Aykutalp Ayla Aylil Aylin Aylla Aynilhayat Aynur Aynımah Ayodeji Ayodele Ayoka
Ayoub Aypar Aysar Ayse Aysel Aysema Aysevim Aysoy Aysuna Aytek Ayten Aytuna Aytöz Ayumi Ayush
Ayushman Ayvas Ayyaruk Ayyubi Ayçan Ayülker Ayşan Ayşeana Ayşenur Azaan Azade Azahar Azahara
Azban Azeeb Azeglio Azeneth Azettin Aziz Azize Azra Azucena Açıkel Açılay Ağakişi Ağbegim Ağmur
Aşhan Baahir Baaizeed Baaqee Baaqir Baaree Baashir Baasim Baasit Babasola Babatunde Babatunji
Babawale Baber Babett Babette Baccio Bachittar Badawi Badegül Baghyawati Bahaa Bahaddin
Bahadurjit Bahittin Bahtinur Bailie Bairbel Bairbre Bakhshi Balatekin Balca Baldassare Baldomero
Balduino Baldur Baleegh Balendra Balhaar Baljiwan Ballı Baltasar Baltaş Balthasar Balvan Balveer
Balázs Bambad Banjeet Baqar Baqir Barak Barbara Barbora Barbro Barica Bariş Barkha Barna
Barnabás Barraq Barry Barsen Bart Bartek Bartholomew Bartholomäus Bartley Bartolomej Bartolomeo
Bartolomeu Bartolomé Barışcan Bas Basaam Basarab Baseer Basem Bashaar Bashaarat Bashar Basharat
Basheer Basheerah Basilio Basim Basir Basriye Bassam Bastiaan Bastian Basım Batal Batool Baturay
Batırhan Baudelio Bautista Baydu Baykan Bayman Bayram Bayruhan Baytal Bayzettin Bazam Bağdat
Bağdaş Başay Başhan Başok Beata Beate Beatrice Beatrix Beatriz Beauden Becca Becky Bediriye
Bedri Bedřich Begim Begoña Behiza Behrem Bekbay Bekir Bektaşi Belen Belgizar Belinda Belkize
Bella Bellisan Belén Ben Bence Bendegúz Benedek Benedetto Benedict Benedicte Benedikt Benedikte
Benedita Benek Bengibay Bengt Beniamin Benice Benicio Benigna Benigno Benita Benito Benjamim
Benjamin Benjamín Benjámin Benno Benny Benoit Benol Benone Benoît Benta Bente Benthe Bento
Benvenuto Benício Beppe Berat Beray Beren Berend Berenice Berezat Berit Beriye Berkal Berki
Berksay Bernabé Bernadett Bernadette Bernadine Bernard Bernarda Bernardino Bernardita Bernardo
Bernd Berndt Bernfried Bernhard Bernhardine Bernice Bernt Bernward Berran Berrin Bert Berta
Bertalan Bertha Berthe Berthold Bertil Berto Bertold Bertram Bertrand Besey Besin Beste Beth
Bethan Bethany Betina Betti Bettina Betty Bevan Beverley Beverly Beyda Beyhatun Beyler Beyzade
Bezek Beáta Beňadik Bhanumati Bhavani Bhavika Bhavini Bhavna Bhavya Biagio Bianca Bianka Bibiana
Bibiána Bican Bidayet Bienvenida Bilaal Bilal Bilay Bilender Bilgen Bilginur Bilgütay Biljana
Bilkay Billie Billy Biltaş Bimala Binay Binbaşar Binışık Birben Birger Birgid Birgit Birgitt
Birgitta Birgitte Birgül Birousk Birsan Birsen Birte Birthe Biserka Bishakha Bitül Bizhan Bişar
Bjarne Bjorn Björn Bjørg Bjørn Blahoslav Blaine Blake Blanaid Blanca Blanduzia Blanka Blathnaid
Blažej Blažena Boaz Bobby Bodhi Bodil Bogdan Bogdana Boglárka Bogomir Bohdan Bohdana Bohumil
Bohumila Bohumír Bohuslav Bohuslava Bohuš Bojan Bolatito Boleslav Boluwatife Bongani Bonifacio
Bonifác Borahan Borataş Borbála Boris Borja Borris Borut Borys Botond Boynak Bozbağ Bozena
Bozerk Boztaş Boğatimur Bořivoj Boštjan Božena Božica Božidara Brad Bradley Brahim Bram Brandi
Brandon Branislav Branislava Branka Branko Braxton Brayan Brayden Breandan Breanna Breda Breeda
Breege Breffni Brenda Brendan Brendon Breno Brett Brian Briana Brianna Bridget Bridie Brien
Briget Brighid Brigid Brigita Brigitta Brigitte Brijesh Brinda Brita Britney Britt Britta
Brittney Brodie Brona Bronach Bronagh Bronislava Bronwen Bronwyn Brooke Bruce Bruna Brunhilde
Bruni Brunilda Bruno Bryan Bryce Brígida Bucur Buenaventura Buhari Bulunç Bunmi Buraid Burakhan
Burckhard Burcuhan Burghard Burkard Burkhard Burkhardt Buyrukhan Buşra Bystrík Bálint Bárbara
Bärbel Béatrice Börje Börteçin Børge Büget Bünyamün Büreyre Büşranur Bănel Błażej Břetislav
Cabir Caetana Cahal Cahir Cailin Cailum Caitlin Caitlyn Caitriona Caius Cajsa Calcedonio Caleb
Calebe Calista Calisto Calixta Calixto Callan Callum Calogero Calum Calvin Cameron Camil Camila
Camilla Camille Camillo Camillus Camilo Canan Canberk Candace Candelaria Candelario Candelas
Candeniz Candice Canfeza Cangür Canice Cannur Canseven Cansin Cantemir Cantez Canur Caoilfhionn
Caoimhe Caoimhin Caolain Caolan Caomhan Capucine Cara Caragh Caren Caridad Carin Carine Carita
Carl Carla Carlijn Carlito Carlo Carlos Carlota Carly Carmel Carmela Carmelita Carmelo Carmen
Carmina Carminho Carol Carola Carole Carolin Caroline Carolyn Carrie Carsten Casandra Casemiro
Casey Casian Casiana Cassandra Cassidy Cassie Catalina Catarina Caterina Cathal Catharina
Catherina Catherine Catheriona Cathleen Cathrin Cathrina Cathrine Cathriona Cathy Catinca Catrin
Catrina Catrine Catrinel Catriona Cavit Cayetana Cayetano Cazimir Ceara Cebesoy Cebrián Cecelia
Cecil Cecilia Cecilie Cecilija Cecilio Cecília Cedide Cedric Cedrin Ceferino Celal Celene
Celestina Celestino Celia Celilay Celina Celine Celso Cemal Cemalettin Cemil Cemiyle Cenan
Cengiz Centa Cerasela Cerys Cesar Cesare Cetin Cevale Cevheri Ceyhun Ceylin Cezar Cezara Cezary
Cezayir Chaaya Chaitaly Chaitanya Chakradev Chakradhar Chakrika Chamali Chaman Chameli Champak
Chanakya Chanchal Chandani Chandran Chandresh Changaz Chantal Chantel Chantelle Charan Charis
Charita Charlene Charles Charlesh Charlie Charline Charlott Charlotta Charmaine Charo Charvi
Chashida Chasmum Chatresh Chatura Chavvi Chawish Chelo Chelsey Chema Cheragh Cherie Cherith
Cheryl Chiamaka Chiara Chibuzo Chidi Chidimma Chigozie Chijioke Chinedu Chinelo Chinyere Chioma
Chita Chizoba Chloe Chloé Chloë Chris Christa Christel Christelle Christer Christiana Christiane
Christianne Christie Christin Christina Christine Christl Christof Christofer Christoffer
Christoph Christophe Christopher Christos Christy Chucho Chukwudi Chukwuemeka Cianan Ciara
Ciaran Ciarrai Cihan Cihandide Cilli Cillian Cilly Cindoruk Cindy Cintia Ciprian Cipriana
Cipriano Ciriaco Ciril Cirillo Cirino Cirkeline Ciro Ciríaco Claas Claes Clair Claire Clara
Clare Clarice Clarisa Clarissa Claude Claudia Claudine Claudio Claudiu Claus Clavs Clayton
Clelia Clemens Clemente Clementina Cleto Clifford Cliodhna Cliona Clive Clodagh Clotilde Cláudio
Cläre Clémence Clímaco Codie Codin Codrin Codrina Cody Cohen Coleman Colette Colin Colleen
Collette Collin Colm Colman Colton Coluccio Colum Conal Conall Conan Concepción Concepta
Concetta Conchur Conleth Connell Connie Connor Conny Conor Conrad Conrado Constance Constantin
Constanza Constanze Constança Consuela Consuelo Coralia Coralie Cordula Corey Corina Corine
Corinna Corinne Coriolano Cormac Cormack Cornel Cornelia Cornelio Cornelis Corneliu Cornelius
Corrado Cortney Corvin Cory Cosima Cosimo Cosme Cosmin Cosmina Costache Costantino Costanzo
Costel Costin Courteney Courtney Coşkun Craig Crescencia Cressida Crina Cristea Cristian
Cristiano Cristina Cristobal Cristofor Cristóbal Csaba Csilla Csongor Ctibor Ctirad Cuheyna
Cuman Curro Curt Curtis Custodia Custodio Cvetka Cvetko Cynthia Cyprián Cyril Czeslaw Cándida
Cándido Cäcilia Cäcilie Cécile Cédric Célia Célina Céline César Cüneyit Călin Cătălin Cătălina
Daamin Daan Daanish Daanyaal Daawood Dabbah Dabir Dacian Daciana Dafina Dafne Daghfal Dagmar
Dagmara Dagny Dagobert Daiana Daire Dairine Daiyaan Dajana Dakhil Daksh Daksha Dakshesh Dalaja
Dalan Dalbir Dalia Dalibor Dalila Dalkılıç Damaris Dameer Damian Damiano Damien Damife Damijan
Damini Damir Damián Damjan Damjana Damlanur Damon Damurah Damyanti Dan Dana Dani Danica Daniel
Daniela Daniele Daniella Danielle Danijel Danijela Danilo Danique Danièle Daniël Danny Dante
Danuta Danuše Dany Danış Daphne Dara Daragh Darain Darcy Daren Daria Dariana Darika Darin Darina
Darinka Dario Darius Dariusz Darja Darko Darlene Darnell Darpan Darragh Darran Darrell Darren
Darrin Darryl Darryn Darsh Daryl Darío Dastageer Daudi Dave David Davida Davin Davnet Davor
Davorin Dawid Dawud Dayamai Dayar Dayita Dayna Dayyaan Dağistan DeShawn Deaglan Deane Deanna
Dearbhail Dearbhaile Dearbhla Debbie Debora Deborah Deborrah Debra Decebal Declan Deepa Deepak
Deidre Deirbhile Deirdre Dejan Delfina Delfino Delia Delil Delphine Demetra Demetrio Demilade
Demirbüken Demiriz Demirok Demiryürek Denis Denisa Denise Deniz Denizalp Denkel Dennis Denny
Dereck Derek Derick Derkay Dermot Dermott Derrick Derval Dervilla Dervla Deryanur Desiderio
Desiree Desirée Desmond Despina Detlef Detlev Devansh Devika Devin Deviner Dewi Dezider Dezső
Değer Değmeer Dhriti Dhruv Diana Diane Diann Dianne Diarmaid Diarmuid Didier Didina Diedrich
Diego Dierk Dieter Diethard Diethelm Diether Dietlind Dietlinde Dietmar Dietrich Diken Dilara
Dilcan Dilder Dilfeza Dilhuş Dillon Dilsitan Dilşat Dimas Dimitri Dimitrina Dimitrios Dina
Dincer Dinis Dino Dinçkol Dinçsü Diogo Dion Dionigi Dionisia Dionisio Dionne Dionýz Dipta
Dirican Dirk Dirlik Ditmar Ditte Dittmar Divya Diána Dmitri Dmitry Dmytro Dobromila Dobroslav
Dobroslava Dochia Dogan Doina Dolores Dolun Domagoj Domen Domenica Domenico Domhnall Dominga
Dominic Dominik Dominika Dominique Domitila Domnica Donagh Donal Donald Donata Donatella Donato
Donna Donnacha Donncha Donough Dora Dorcas Doreen Dorel Dorian Doriana Dorin Dorina Dorine
Dorinel Doris Dorit Dorita Dorle Dorli Dorota Dorotea Dorothe Dorothea Dorothee Dorothy Dorothée
Dorottya Dorte Dorthe Dorukhan Douglas Doyinsola Doğanalp Doğannur Doğanşah Doğuhan Draga Dragan
Dragica Drago Dragutin Drahomír Drahomíra Drahoslav Drahoslava Dražen Duane Duarte Duilio Dulce
Dumitra Dumitrana Dumitru Duncan Dunja Durab Duracan Durdali Durgadin Durmuşali Durodola
Dursadiye Dursun Duruk Duruöz Dusan Dustin Duyguhan Dušan Dušanka Dwayne Dylan Dylano Dymphna
Dympna Dániel Dávid Débora Déborah Dénes Dóra Dölensoy Döner Dörte Dörthe Dündaralp Dürrüşehvar
Eadaoin Eamon Eamonn Eanna Eavan Ebba Ebbe Eberhard Eberhardt Ebuakil Ebuka Ecaterina Ecegül
Ecemiş Eckard Eckart Eckehard Eckhard Eckhardt Ecrin Edaviye Eddie Edelbert Edelgard Edelmira
Edelmiro Edeltraud Edeltraut Edeltrud Eder Edgar Edgard Edgardo Edgübay Edhitha Edin Edina Edita
Edith Editha Edmond Edmund Edmundo Edna Edoardo Edouard Eduard Eduarda Eduardo Edvard Edvin
Edward Edwin Edwina Eelis Eemeli Eemil Eerik Eesaa Eesha Eflâtun Efraín Efser Eftimia Eftimie
Egenur Eggert Egon Ehrenfried Ehrentraud Ehrhard Ehsaas Ehsan Eijaz Eileen Eilis Eilish Eimear
Eimer Eimhear Einar Einari Einer Eiravati Eirik Eitel Eithne Eivind Eivor Ejlaal Ekaja Ekalinga
Ekani Ekansh Ekanta Ekantika Ekapad Ekaraj Ekaterina Ekavir Ekbal Ekber Ekene Ekiya Ekkehard
Ekkehart Ekmel Ekrem Ekundayo Ela Eladio Elaine Elamiye Elba Eleanor Eleanora Elemér Elena Eleni
Elenore Eleonor Eleonora Eleonore Eleonóra Eleuterio Elfie Elfriede Elgin Elhan Eli Eliana
Eliane Elias Elif Elifnur Eligia Eligio Eliisa Elijah Elin Elina Eline Elinor Elis Elisa
Elisabet Elisabeta Elisabeth Elisaveta Elise Eliseo Elisha Eliza Elizabeta Elizabeth Elize Eliáš
Eliška Elke Ella Elladio Ellen Elli Ellie Ellinor Elliot Elliott Elly Elma Elmar Elmer Elmeri
Elna Elnur Eloah Elodia Elodie Eloise Eloy Eloísa Eloïse Elpidio Elsa Elsbeth Elsebeth Elsie
Elsy Elton Elva Elvan Elvia Elvin Elvira Elvis Elvíra Elwira Elza Elzbieta Eléonore Elías Elöve
Elżbieta Emanoil Emanuel Emanuela Emanuella Emanuelly Emanuil Emeka Emelie Emelina Emer Emese
Emigdio Emiko Emil Emile Emilia Emilian Emiliana Emiliano Emilie Emilija Emilio Emilly Emily
Emin Emine Emirşan Emma Emmanuel Emmanuelle Emmerich Emmet Emmett Emmi Emmy Emperatriz Emran
Emre Emrullah Emília Encarna Encarnacion Encarnación Encarnita Enda Endre Enea Enes Enfes
Engelbert Engin Enginiz Engla Enikő Eniola Ennio Enrico Enrique Ensari Ensio Enver Enya Enzio
Enzo Eoghan Eoin Epifanio Eraldo Erasmo Eraycan Erbay Erbil Ercan Ercihan Erdal Erdemer Erdibay
Erdmute Erdogan Erdursun Eremia Erenalp Erensoy Ergener Erginel Ergönül Ergül Ergün Erhard
Erhardt Eric Erica Erich Erick Erik Erika Erin Erina Erinçer Erkan Erkinel Erkki Erksoy Erkılıç
Erland Erling Ermanno Ermenegildo Ermes Ermutlu Erna Ernest Ernestine Ernesto Erol Eroğul Ersel
Erseç Ertan Erten Ertuncay Ertün Ervaniye Ervin Ervín Erwin Eryıldız Erzsébet Erşat Esben
Esenbay Esengün Esentürk Esfandyar Eshan Eshana Esila Eskil Eskinalp Esmanperi Esmarelda Esmee
Esmeralda Esmée Espen Esperanza Espiridión Esra Esteban Estefanía Estela Estelle Ester Estera
Esteri Esther Estrella Esupofo Eszter Etela Etelka Etelvina Ethan Ethel Ethna Ethne Etienne
Etizaaz Etta Ettore Eufemia Eufrosina Eugen Eugene Eugenia Eugenie Eugenio Eugène Eugénia
Eulalia Eulália Eunan Eunice Eunika Eusebia Eusebio Eusebiu Eustaquio Eutimio Eutropio Eva Evald
Evamaria Evan Evance Evangelia Evangelina Evangelista Evangelos Evanghelina Evaristo Evcimen
Evelia Evelien Eveliina Evelin Evelina Eveline Evelio Evelyn Evelyne Evelína Evert Evi Evie
Evita Evrim Evrimer Evy Ewa Ewald Ewatomi Ewelina Eyyüp Ezequiel Ezgin Ezgütekin Ezio Ezra Eşref
Fabia Fabian Fabiana Fabienne Fabio Fabiola Fabián Fabiënne Fabrice Fabricio Fabrizia Fabrizio
Fadekemi Faderera Fadile Fadime Fadıla Fahmi Fahrullah Fainche Faisal Faizan Faize Falak Falan
Falguni Falko Fanni Fanny Faqid Farah Faraj Faras Farhan Farid Fariq Faris Farrukh Faruk Fatigül
Fatih Fatiha Fatima Fatinur Fatma Fatmanur Fatou Faustino Fausto Faye Fayize Fazli Fazul Feargal
Fearghal Febe Fedde Fedele Feden Federica Federico Federigo Fedor Fehim Fehintola Fehmiye
Felicia Feliciana Feliciano Felicidad Felicitas Feliks Felipa Felipe Felisa Felix Felizitas Femi
Femke Fenna Fenne Fenni Ferahdiba Ferat Feraye Ferdi Ferdinand Ferdinando Feremez Ferenc Fergal
Fergus Ferhan Ferihan Ferinaz Fermuta Fermín Fernand Fernanda Fernande Fernando Fersan Feryas
Ferzi Fetullah Feyha Feyruz Feyzin Fiachra Fiamma Fibikemi Fidaye Fidel Fidela Fidelma Fidvi
Fien Fiene Fikayomi Fildan Filip Filipa Filipe Filippa Filippo Filit Filiz Filofteia Filomena
Filoména Finbar Finbarr Finian Finn Finola Fintan Fiodor Fiona Fionan Fionna Fionntan Fionnuala
Fionnula Fiorenzo Fiorino Firdevis Fitan Fitnat Fiyaz Flannan Flavia Flavio Flaviu Flemming
Fleur Floare Floarea Floortje Flore Florea Florencia Florencio Florent Florentin Florentina
Florentino Florian Floriana Floriane Florica Florina Florinda Floris Florián Flynn Folake
Folashade Folke Folker Folkert Fortunata Fortunato Frado Fran Franca Frances Francesca Francesco
Franci Francine Francis Francisc Francisca Francisco Franciska Franciszek Franck Francoise
Franjo Franka Frankie Frans František Františka Franz Franziska François Françoise Frančišek
Fraser Frauke Fred Freda Freddy Frede Frederic Frederick Frederico Frederik Frederika Frederike
Frederikke Frederique Fredi Fredo Fredric Fredrik Fredrika Fredy Freia Freja Freya Frida
Fridolin Fridrich Frieda Friedbert Friedemann Frieder Friedericke Friederike Friedhelm
Friedhilde Friedhold Friedl Friedlinde Friedo Friedrich Frithjof Fritz Frode Frusina Fryderyk
Frédéric Frédérique Fulgencio Fulvio Funmi Fuzuli Fábio Fátima Féline Félix Fügen Gabel Gabi
Gabino Gabor Gabriel Gabriela Gabriele Gabriella Gabrielle Gabrielly Gaetano Gagan Gail Galasso
Galina Galip Ganesh Ganga Ganiye Garech Gareth Garima Garreth Garrett Garry Garvan Gary Gaspar
Gaspare Gaston Gastone Gastón Gaurang Gaurangi Gaurav Gaurika Gautam Gautami Gavan Gavin
Gayathri Gaylene Gazel Gaëlle Gašpar Gbadebo Gbolahan Gbowoade Geanina Gearoid Gebhard Geert
Geetika Geir Gejza Gelengül Gelsomina Gemma Genaro Gencaslan Genevieve Geneviève Genoveva Gençay
Geoffrey Georg George Georgel Georges Georgeta Georgette Georgiana Georgina Georgine Georgios
Gerald Geraldine Geraldo Gerard Gerardine Gerardo Geray Gerd Gerda Gerdi Gereon Gerfried Gergely
Gergő Gerhard Gerhardt Gerhart Gerhild Gerlind Gerlinde Germaine Germana Germán Gernot Gerold
Gerolf Geronimo Gerrard Gerrit Gert Gerta Gerti Gertraud Gertraude Gertraut Gertrud Gertrude
Gertrudis Gertrúda Gervasio Gerwin Gerónimo Gesche Gesine Gethin Ghaalib Ghaazi Ghaffaar Ghafoor
Ghaith Ghalib Ghanee Ghanem Ghannam Ghasaan Ghauth Ghawth Ghayoor Ghazalan Ghazanfar Ghazanfer
Ghazawan Ghazi Ghazzal Ghenadie Gheorghe Gherghina Ghislain Ghislaine Ghiyaath Ghiyath Ghufran
Ghulaam Ghulam Ghunayn Ghusharib Ghusun Ghutayf Giacinto Giacobbe Giacomo Giada Giampaolo
Giampiero Gian Giancarlo Gianfrancesco Gianfranco Gianina Gianluca Gianluigi Gianmarco Gianna
Gianni Gianpaolo Gianpietro Giesela Gil Gilbert Gilberte Gilberto Gilda Giles Gilles Gillian
Gillis Gina Ginette Gino Ginyas Gioacchino Gioachino Gioele Gioffre Gionata Giorgia Giorgian
Giorgiana Giorgio Giosuè Giovanna Giovanni Girik Girindra Girish Girolamo Gisbert Gisela
Gislinde Gisèle Gitta Gitte Giulia Giuliana Giuliano Giulietta Giulio Giuseppa Giuseppe
Giuseppina Giustino Gizela Gizella Gladys Glauco Glenda Glenn Glenys Gloria Godofredo Goffredo
Gohar Goncafer Gonzalo Gonçalo Gopal Goran Gorazd Gordan Gordana Gordon Gottfrid Gottfried
Gotthard Gotthilf Gotthold Gottlieb Gottlob Gracia Graciana Graciano Graciela Graeme Graham
Grainne Grania Grayson Grazia Graziano Graziella Grazyna Greca Grega Greger Gregg Gregor
Gregorio Gregory Greta Gretchen Grete Gretel Grethe Gretl Gretta Grigore Griselda Grzegorz
Grégoire Gréta Guadalupe Guarino Gudrun Gudula Guenter Guenther Guglielmo Guido Guilherme
Guillaume Guillermina Guillermo Guiomar Guiseppe Gulab Gulfaam Gulfam Gulshan Gulzar Gunar
Gunbir Gunborg Gunda Gundel Gundhild Gundi Gundolf Gundula Guneet Guney Gunhild Gunilla Gunnar
Gunter Gunther Guntram Gunvor Gurli Gustaf Gustav Gustavo Gustaw Gusti Gustáv Gusztáv Guusje
Gwendolen Gwendoline Gwendolyn Gyula Gyöngyi György Györgyi Győző Gábor Géraldine Gérard Gökay
Gökbudun Göken Göknur Gökperi Göksev Gökten Gökçe Gökçebalan Gökçil Gönen Gönül Göran Görgünay
Görklü Görsev Gösta Gözel Gözem Gücal Gülay Gülağa Gülbani Gülbeyan Gülbiye Gülcegün Güldam
Gülder Güldünya Gülel Gülenay Güler Gülev Güleğen Gülfari Gülfeza Gülgen Gülgüzel Gülhisar
Gülinaz Gülkadın Güllühan Gülmisal Gülnaziye Gülper Gülsalın Gülselin Gülsen Gülseren Gülsevil
Gülsiye Gülsü Gülten Gülter Gülzadiye Gülçe Gülözge Gülüs Gülşa Gülşahin Gülşeref Gümüştekin
Günar Günaydin Günden Gündüzalp Günebakan Güneri Güngördü Güngören Günkurt Günsel Günser Günter
Günther Günver Günşen Gürarda Gürcüye Gürelcem Gürsal Gürten Güverçin Güzey Güçal Güçlüer
Güçyeter Habiba Habibe Haciali Hacile Hadassa Hadrey Hafıza Hagen Hailey Hajnalka Hakan Hakikat
Halenur Haley Halidun Halil Halima Halina Haliye Haluk Halvard Hamid Hamish Hamiyet Hampus
Hamsini Hamza Hana Hanbiken Hanedan Hanife Hanim Hanna Hannah Hannchen Hanne Hannele Hannelore
Hannes Hanni Hanno Hanns Hannu Hanny Hanora Hans Hansgeorg Hansjoachim Hansjörg Hansjürgen
Hanspeter Hansultan Haralamb Haralambie Harald Harbinaz Hardik Harinakshi Harini Harish Harita
Hariz Harley Harnail Harold Haroldo Harri Harriet Harro Harry Harshil Hartmut Hartmuth Hartwig
Harun Haruto Harvey Hasan Hasbek Hasgül Hasret Hassan Hasso Hatem Hatice Hatin Havali Havse
Hayali Hayden Haydée Hayel Hayleigh Hayley Hayret Hayrünnisa Hazeem Hazine Hazrat Hedda Hedvig
Hedviga Hedvika Hedwig Heide Heidelinde Heidelore Heidemarie Heiderose Heidi Heidrun Heidy Heike
Heikki Heiko Heimo Heiner Heinfried Heini Heino Heinrich Heinz Heitor Hekime Hekmet Helan Helen
Helena Helene Helfried Helga Helge Helinä Heliodoro Hella Helle Hellena Hellevi Hellmut Hellmuth
Helma Helmar Helmer Helmi Helmtrud Helmut Helmuth Heloisa Heloísa Helvi Helén Heléne Hemang
Hemangini Hemani Hendrik Henife Henner Henni Henning Henny Henri Henric Henrich Henrieta
Henrietta Henriette Henrik Henrike Henrikki Henrique Henry Henryk Heracleea Heraclio Herbert
Herberto Herdis Heribert Heriberto Herlinde Herma Herman Hermann Hermanni Hermenegildo Hermina
Hermine Herminia Herminio Hermína Hernando Hernán Herrmann Herta Hertha Herwig Heyvetullah
Hezniye Hidde Hidir Hilario Hilary Hilayda Hilda Hildburg Hilde Hildegard Hildegart Hildegund
Hildegunde Hilding Hilkka Hillary Hillevi Hilma Hilmar Hiltraud Hiltrud Hindal Hinet Hinewai
Hinrich Hipólito Hiral Hiroshi Hitesh Hiçsönmez Hjalmar Hjalte Hjördis Hoani Holger Hollie
Honora Honoré Horacio Horea Horia Horst Hortense Hortensia Hortenzia Horymír Howard Hoşkadem
Hredhaan Hritik Hrvoje Huban Hubert Hubertine Hubertus Hudavent Hugh Hugo Hugues Huguette Hulda
Humberto Hunalp Hunor Huong Hurican Hurşide Hussain Hussein Huzaifa Huzuri Hynek Hyun Håkan
Håkon Håvard Héctor Hélène Hükümdar Hülya Hümeyra Hürdoğan Hürmet Hüryaşar Hürüyet Hüseyin
Hüsmen Hüsnühâl Hıfzullah Iacob Iain Ian Iancu Ianis Iasmina Ibaad Ibidapo Ibironke Ibolya
Ibraaheem Ibraheem Ibrahim Ida Idika Idrees Idris Ieremia Ieva Ifeanyi Ifechukwu Ifeoma
Iftikhaar Iftikhar Ifunanya Ignacia Ignacio Ignacy Ignatz Ignaz Ignazio Ignác Igor Ihaia Ihsaan
Ihsan Ihtesham Ihtiram Ihtishaam Ihtsham Iiris Iisakki Ijaya Ikbal Ikenna Ikeoluwa Ikhlaas
Ikraam Ikramah Ikrimah Ikshita Ilari Ilaria Ilarie Ilarion Ildefonso Ildiko Ildikó Ildız Ileana
Ilhan Ilias Ilija Ilinca Ilkka Ilmari Ilona Ilonka Ilse Ilyas Imane Imaran Imelda Imke Imogen
Imran Imre Imrich Inaya Indali Indira Indrajit Ines Ineta Inez Inga Ingalill Ingbert Inge
Ingeborg Ingeburg Ingegerd Ingegärd Ingela Ingelise Ingelore Ingemar Inger Ingetraud Ingetraut
Ingmar Ingo Ingolf Ingrid Ingrida Ingried Ingvar Ingvild Inioluwa Inken Inkeri Inmaculada Inna
Inocencio Inès Inés Inês Ioana Ioanina Ioannis Iolanda Ionel Ionela Ionelia Ionică Iosefina
Iosif Ippazio Irena Irene Iretioluwa Irfan Iridenta Irina Irinel Irja Irma Irmela Irmeli
Irmengard Irmgard Irmhild Irmingard Irmtraud Irmtraut Irmtrud Iryna Irène Iréne Isaac Isabel
Isabela Isabell Isabella Isabelle Isabelly Isadora Isaiah Isaque Isaura Isaías Iseoluwa Ishaan
Ishani Ishanvi Ishita Ishola Ishwar Isidor Isidora Isidoro Isidro Ismael Ismail Ismet Ismık
Isobel Issack Istvan István Itziar Iulia Iulian Iuliana Iuliu Iurie Iustin Iustina Iustinian
Ivan Ivana Ivanka Ivar Iveta Ivica Ivo Ivona Ivonne Iván Iwan Iwona Iyabode Iyadunni Izaaz
Izabela Izidor Iztok Işıkay Işıman Jaabir Jaafar Jaakko Jaan Jaana Jabbaar Jabir Jacek Jacinta
Jacintha Jacinto Jackie Jaclyn Jacob Jacobine Jacobo Jacopo Jacqueline Jacques Jadranka Jadwiga
Jael Jafet Jaffer Jagat Jagdish Jagrati Jagvi Jahangir Jahanzeb Jahdami Jahdari Jahiz Jaime
Jairaj Jaka Jake Jakob Jakov Jakub Jalaal Jalal Jalees Jalil Jalmari Jalsa Jamaal Jamal Jameel
James Jamie Jamil Jamila Jana Janaki Janani Jane Janet Janeta Janeth Janett Janette Janez Jani
Janice Janin Janina Janine Janis Janja Jankat Janko Jann Janna Janne Janni Jannie Jannik Jannis
Janos Januja Janusz Janya Jaqueline Jara Jared Jari Jarkko Jarl Jarlath Jarleth Jarmila Jarmo
Jarno Jarolím Jaromír Jaromíra Jaroslav Jaroslava Jaroslaw Jarrod Jaruthip Jasmijn Jasmin
Jasmina Jasminka Jasmit Jasna Jason Jatin Javier Javiera Jaxon Jayda Jayde Jayden Jaylinn Jayne
Jayson Jazmín Jeana Jeanette Jeanine Jeanne Jeannette Jeannine Jeevika Jeff Jeffery Jeffrey
Jelena Jelka Jelle Jelte Jemima Jemma Jenaro Jenel Jenifer Jenna Jenni Jennie Jennifer Jenny
Jens Jente Jeppe Jeremi Jeremiah Jeremias Jeremy Jeremías Jerguš Jerica Jermaine Jermiah Jernej
Jerneja Jerome Jerry Jerzy Jerónimo Jesper Jesse Jessica Jessie Jessika Jessy Jesus Jesusa Jesús
Jhalak Jiho Jihoon Jill Jillian Jim Jimena Jimmie Jimmy Jindřich Jindřiška Jinthe Jiri Jisoo
Jitka Jiřina Jo Joachim Joacim Joakim Joan Joana Joann Joanna Joanne Joaquim Joaquina Joaquín
Jobst Jocelyn Jocelyne Jochem Jochen Jodi Jodie Jody Joe Joel Joerg Johan Johana Johann Johanna
Johanne Johannes John Johnathan Johnnie Johnny Jolana Jolanda Jolanta Jolanthe Jolene Jolie
Jolijn Joline Jolán Jon Jonah Jonas Jonatan Jonathan Jonathon Jonna Jonny Jonáš Joona Joonas
Joonatan Joost Jordana Jordi Jordon Jordy Jordán Jorge Joris Jorja Jorma Jorunn Jos Jose Josef
Josefa Josefiina Josefin Josefina Josefine Josep Joseph Josephine Josette Josh Joshua Josiah
Josiane Josip Josipa Jost Josué José Josée Joséphine Jouko Jouni Jovan Jovana Jovita Joyce Jozef
Jozefína João Joël Joëlle Joško Jožef Jožefa Jožica Juan Juana Juanita Juanito Judit Judita
Judith Judy Juergen Juhana Juhani Jukka Jules Julia Julian Juliana Juliane Julianna Julie Julien
Juliet Julieta Juliette Julija Julijana Julio Julita Julius Juliusz Julián Juraj Jure Juri Jurij
Jurre Jussi Justin Justina Justine Justus Justyna Justína Jutta Juul Juulia Juuso Juwon Jyoti
Jyrki Jytte Ján János Jázmin Jérôme Jéssica Józef József Jörg Jörgen Jørgen Júlia Július Jürgen
Jędrzej Kaamil Kaarina Kaarlo Kaashif Kaazim Kabeer Kabir Kachela Kacper Kader Kadınana Kafeel
Kahir Kahurangi Kai Kaija Kaique Kaisa Kaitlin Kaitlyn Kaj Kajetan Kajji Kajsa Kala Kalbi Kaleb
Kaleem Kaleema Kalervo Kalevi Kalgay Kalina Kalle Kalpit Kamal Kamala Kamar Kamil Kamila Kamilly
Kamran Kamya Kanak Kandef Kane Kanpulat Kapagan Kara Karaamat Karabaş Karaca Karaer Karakucak
Karam Karan Karanbay Karataş Karcan Kardelen Kareem Karel Karen Kari Karim Karima Karin Karina
Karine Karl Karla Karley Karlfried Karlheinz Karlijn Karlo Karlukhan Karmen Karol Karola
Karoliina Karolin Karolina Karoline Karolína Karsten Karthik Karyn Kasam Kashan Kashif Kashish
Kashvi Kasim Kasimir Kaspar Kasper Katalin Katariina Katarina Katarzyna Katarína Katcha Kate
Katelyn Katerina Kateřina Katharina Katharine Katherina Katherine Kathi Kathleen Kathrin Kathryn
Kathy Kati Katia Katica Katie Katja Katri Katriina Katrin Katrina Katrine Katriona Katty Katy
Kauko Kauthar Kaver Kavita Kavurt Kavya Kawkab Kawthar Kay Kayagün Kayden Kaygusuz Kayla Kaylee
Kayleigh Kayrabay Kaysan Kayıt Kazim Kazimierz Kazimír Kaşif Kealan Keano Keanu Keegan Keelan
Keely Keeva Kefser Keijo Keiko Keira Keisha Keith Kelechi Kelli Kellie Kelly Kelsey Kelâmi Kemal
Kenan Kendra Kenji Kennet Kenneth Kenny Kenta Kenter Kenth Kerime Kerman Kerri Kerrie Kerry
Kerstin Kerttu Kevin Keyaan Kezban Khaalid Khaan Khadija Khaled Khalid Khloe Kiaan Kian Kiara
Kiaran Kibar Kiera Kieran Kiernan Kieron Kifaye Kikelomo Kilian Killian Kim Kimberly Kimmo Kinga
Kira Kiramettin Kirby Kirsi Kirsten Kirsti Kirstie Kirstin Kirstine Kirsty Kitan Kitti Kiyasi
Kjeld Kjell Kjersti Kjetil Klaas Klara Klaudia Klaudie Klaus Klavdija Klavs Klemen Klemens
Klement Kliment Klothilde Klára Kläre Kocabaş Koen Kofi Kolawole Koldan Koloman Koncagül
Konguralp Konrad Konstantin Konstantinos Konstanty Konstanze Konštantín Kopan Koray Korbinian
Kordula Korede Korinna Korkmazalp Kornel Kornelia Kornelius Kornél Kornélia Korugan Kosisochukwu
Kotuz Koçak Koçkan Koşukhan Kreszentia Kreszenz Kriemhild Krish Krisha Krista Kristel Kristen
Krister Kristi Kristian Kristiane Kristie Kristiina Kristijan Kristin Kristina Kristine Kristián
Kristjan Kristofer Kristoffer Kristopher Kristy Kristína Kristóf Kristýna Krisztina Krisztián
Krisztofer Kritika Krištof Krystal Krystian Krystyna Kryštof Krzysztof Ksawery Ksenija Kuddusi
Kullervo Kumar Kumral Kunibert Kunigunda Kunigunde Kuno Kurt Kurtis Kustaa Kutay Kutgün Kutun
Kvetoslav Kvetoslava Květa Květoslava Kwabena Kwame Kwesi Kyano Kyara Kyle Kylie Kyllikki Kyra
Kálmán Károly Kâmil Kâzime Käthe Käthi Kåre Kévim Köker Köktaş Kösemen Kübran Kürşad Kılıçbay
Kınel Kırat Kırgız Kısmet Kıvılcım Kızıl Kızıltunç Laban Labeeb Labib Lacey Lachlan Ladislau
Ladislaus Ladislav Ladislava Ladli Laeeq Laetitia Lahiah Laika Laila Laith Lajita Lajlaj Lajos
Lakisha Laksh Lakshit Lakshmi Lambert Lamberto Lana Lando Laoise Laqeet Lara Larisa Larissa
Larry Lars Lascăr Lasse Lassi Laszlo Latasha Lateef Latif Latoya Laura Laure Laureano Laureen
Lauren Laurence Laurens Laurent Laurenz Lauretta Lauri Laurian Laurie Laurin Laurits Laust
Lavanya Lavinia Lavínia Layla Layth Lazzaro Lazăr Leah Leana Leander Leandra Leandro Leanne
Ledün Leela Leena Leevi Leif Leigh Leila Leire Lekha Lelia Lena Lene Leni Lenka Lenn Lennart
Lennarth Lenny Leo Leocadia Leocadio Leokadia Leon Leona Leonard Leonardo Leoncio Leone Leonel
Leonhard Leonid Leonie Leonor Leonora Leonore Leontin Leontina Leopold Leopolda Leopoldina
Leopoldine Leopoldo Leordean Lerato Leroy Lerze Lesana Lesia Lesley Leslie Leszek Leticia
Letizia Letícia Levente Levoslav Lewis Leyla Leyli Leyre Lezize León Lia Liam Liana Liane Liban
Liberto Libni Libor Libuša Libuše Licia Lidia Lidija Lidwina Lieke Liesa Liesbeth Lieschen
Liesel Lieselotte Lieve Ligia Ligita Liisa Lila Lili Lilia Lilian Liliana Liliane Lilija
Lilijana Lilja Liljana Lilla Lillemor Lilli Lillian Lilly Limazah Limon Lina Linda Linde Lindsay
Lindsey Linh Linn Linnea Linnéa Lino Linus Lioara Lioba Lionel Lipika Lisa Lisandro Lisanne
Lisbet Lisbeth Lise Liselott Liselotte Lisette Lissi Lissy Livia Livio Liviu Liwia Liyaaqat
Liyaqat Liz Liza Lize Lizzy Ljiljana Ljubica Ljudmila Llewellyn Lodovico Loes Lohit Loida Lois
Lola Lonnie Loraine Lorcan Loredana Lorena Lorenz Lorenza Lorenzo Loreto Loretta Loretto Lorin
Loris Lorna Lorraine Lothar Lotta Lotte Lotti Lou Louie Louis Louisa Louise Lourenço Lovis
Lovisa Lovre Lovro Loïc Loïs Luana Luara Lubomír Luboš Luc Luca Lucas Lucca Lucette Luchino
Lucho Lucia Lucian Luciana Luciano Lucie Lucien Lucienne Lucija Lucila Lucinda Lucio Lucrezia
Lucy Lucía Ludger Ludivine Ludmila Ludmilla Ludolf Ludovic Ludovica Ludovico Ludvig Ludvik
Ludvík Ludwig Ludwina Luděk Luigi Luigina Luis Luisa Luise Luisina Luitgard Luiza Lujza Luka
Lukas Luke Lukáš Lumír Lunna Lupita Luqmaan Luqman Lutfi Lutz Luzia Luzie Luís Luísa Lydia Lydie
Lykke Lynda Lyndon Lyndsay Lyndsey Lynette Lynley Lynn Lynne Lynnette Lynsey László Lázaro Lærke
Léa Léna Léo Léon Léonie Lívia Lúcia Lüfen Lütfi Lýdia Lýdie Lăcrămioara Maahir Maaike Maajid
Maalik Maanas Maanav Maaria Maarit Maarten Maartje Maawiya Maazin Mabad Macarena Macaria Macario
Macauley Macide Maciej Madalena Madani Maddison Madeleine Madelene Madelief Madeline Madhav
Madhavi Madiyan Madlen Mads Madyan Maeva Maeve Mafalda Magali Magarete Magda Magdalena Magdalene
Magdaléna Magdolna Maggie Magne Magnus Magret Magrit Mahad Mahaz Mahbeer Mahboob Mahbub Mahdee
Mahdi Mahdy Maheen Maher Mahfooz Mahfuj Mahfuz Mahigül Mahika Mahir Mahja Mahmood Mahmoud Mahmud
Mahmut Mahnaz Mahsun Mahter Mahulena Maia Maida Maighread Maija Maik Maike Maiken Maire Mairead
Mairin Mairtin Maite Maitê Maj Maja Majdi Majdy Majeed Majella Majken Majvor Makayla Makeen Maks
Maksim Maksimiljan Maksur Maksymilian Maksüde Malachy Malcolm Malena Malene Malgorzata Malik
Malika Malin Mallory Malou Malte Malthe Malvina Malvína Malwina Mamen Mamun Manaaki Manaia Manan
Manawa Manbir Manca Mandy Manfred Manish Manja Manola Manole Manolo Manon Mansurali Manthan
Manuel Manuela Manuelita Manuella Manya Maraea Marc Marcantonio Marcel Marcela Marcelina
Marcelino Marcell Marcella Marcelle Marcello Marcelo Marcheta Marcia Marcial Marcin Marcio Marco
Marcos Marcu Marcus Marcy Maree Mareen Mareike Mareikura Mareile Marek Maren Marese Marga
Margaret Margareta Margarete Margaretha Margarethe Margarida Margaréta Margaud Margaux
Margherita Margit Margita Margitta Margot Margret Margrethe Margrit Marguerite Maria Mariah
Mariam Mariana Mariane Marianela Mariann Marianna Marianne Mariano Maribel Marica Maricela
Maricica Maricruz Marie Mariechen Mariele Mariella Marielle Marieluise Marietta Mariette Marija
Marijan Marijana Marijn Marika Marilena Marilyn Marin Marinela Marinka Marinus Mario Marioara
Mariola Marion Marisa Marisela Marisol Marissa Maristela Marit Marita Maritta Marius Mariusz
Marián Marja Marjaana Marjan Marjana Marjanca Marjatta Marjeta Marjo Marjorie Marjukka Marjut
Marketta Markku Marko Markus Markéta Marleen Marlen Marlene Marlies Marliese Marlis Marlon
Marlène Maroof Maroš Marta Marte Martha Marthe Martim Martin Martina Martine Martino Martirio
Martta Martti Martyn Martín Maruša Marvin Mary Maryam Maryline Maryse Marzena María Marína Masar
Massimiliano Massimo Masume Matea Matei Matej Mateja Mateo Mateus Mateusz Matevž Matheo Matheus
Mathew Mathias Mathieu Mathijs Mathilda Mathilde Mathis Matias Matic Matija Matilda Matilde
Matiu Matjaž Matouš Matteo Matthew Matthias Matthieu Matthijs Matthäus Matti Mattia Mattias
Matts Matyáš Matías Matúš Matěj Maud Maude Mauno Maura Maureen Mauri Maurice Mauricio Maurilio
Maurine Maurits Mauritz Maurizio Mauro Maurycy Maxime Maximiano Maximilian Maximiliano
Maximilián Maximino Maxine Maxwell Maya Maynur Maysa Mayte Mazlum Maël Maëlle Maşide Mckenzie
Meabh Meagan Meaghan Mechthild Mechthilde Mechtild Mecide Mecit Medard Meera Mefarettin Mefharet
Megan Megha Meghan Meghana Mehdi Mehdiye Mehmed Mehmet Mehmetzahir Mehrigül Meibh Meike Meinhard
Meinolf Meinrad Mekhala Melaha Melania Melanie Melchor Meleknur Melichar Melihcan Melikkan
Melina Melinda Melisa Melissa Melita Melitta Melker Melle Melvin Melwin Melánia Melûl Memili
Menfeat Mengi Mengüç Menişan Meral Merba Merche Merdi Mereana Merel Merete Merethe Merijn Merim
Merja Mertel Merva Mervi Mervin Mervyn Meryem Meryeme Merzuk Mestur Mesude Mesut Metin Metinkaya
Metka Metod Mette Meveddet Mevlüdiye Mevlüt Meyhanim Mezide Meşhur Mia Micael Micaela Micah
Miceal Micha Michael Michaela Michaele Michail Michal Michala Michaël Michał Micheal Micheala
Michel Michela Michele Micheletto Micheline Michell Michelle Michelotto Michèle Mieszko Miguel
Miguela Mihael Mihaela Mihai Mihail Mihin Mihnea Mihriye Mihály Miika Mijo Mika Mikael Mikaela
Mikaere Mikayla Mike Mikhail Mikkel Mikko Miklós Mikołaj Mikuláš Mila Milada Milagros Milay
Milda Milena Milica Milka Milla Mille Millicent Millie Milo Milos Miloslav Miloslava Milota
Milou Miloš Milton Miluše Milán Mimmi Mindy Minh Minho Minibe Minjun Minna Minodora Mioara
Miodrag Mira Mirabela Miran Miranda Miray Mirbadin Mircea Mirco Mireia Mireille Mirela Mirella
Miriam Miriama Mirja Mirjam Mirjami Mirjana Mirko Miro Miron Mirona Miroslav Miroslava Miroslaw
Miroslawa Mirsad Mirta Mirte Mirthe Miruna Mishat Mislav Misra Mitali Mitchel Mitchell Mitesh
Mitică Miyesser Mizhir Miłosz Mladen Modesta Modesto Modupe Mofifoluwa Mogens Mohamad Mohamed
Mohammad Mohammed Mohan Mohini Moira Moisés Mojca Mojisola Mojisoluwa Mojmír Molly Monalisa
Monica Monika Monique Monis Monja Moradeke Morayo Morena Morenike Moreno Morgane Moritz Morolake
Morris Morten Mosinmileoluwa Mosunmola Motunrayo Mourib Moyosore Muarra Mucahit Mufide Mugdha
Mugur Mugurel Muhallil Muhammad Muhammed Muhammet Muharrem Muhazzim Muhip Muhiye Muhyettin
Muireann Mujde Mukbile Muktedir Murat Muratcan Muriel Murielle Murilo Musa Musafet Musaffa
Mustafa Mustapha Mutasım Mutluhan Muvaffak Muvahhide Muzaffer Muzdahir Muzhir Mya Mykola Myles
Myriam Myrthe Márcio Mária Mário Márta Márton Mátyás Máxima Máximo Märta Märtha Mårten Mégane
Mélanie Mélissa Mónica Mónika Móric Möhsim Mübetcel Mücellib Mücevher Müferrih Müfit Müjde
Mükramin Mükrüme Mülâyim Mümtaze Münezzer Münif Müret Mürit Müsemma Müslum Müveddet Müzekker
Müğber Müşüre Mădălin Mădălina Mălina Mărioara Măriuca Naadir Naail Naajy Naasih Naasir Naathim
Naazhim Nabeeh Nabeel Nabhan Nabigh Nabih Nabil Nachiket Nacio Nadeem Nades Nadeschda Nadeshda
Nadežda Nadhir Nadia Nadim Nadin Nadine Nadja Nadège Naděžda Naeem Nafasat Nafees Nafesa Nafii
Nafile Nafis Naiara Naide Naim Naimh Najair Najam Najeeb Nakip Naksh Nakul Nalân Nancy Nandini
Nando Nanna Nanni Naoimh Naoise Naoko Naomh Naomi Napoleone Narcis Narcisa Narciso Narhanim
Nasiba Nastja Nasuf Natacha Natali Natalia Natalie Natalija Natalio Nataliya Natalja Natan
Natanael Nataniel Natascha Natasha Natasja Natasza Nataša Nathalie Nathan Nathaniel Natividad
Natália Natálie Naveen Nayara Nayil Nazaret Nazario Nazende Nazimet Nazlihan Nazlim Nazıdil
Neasa Nebih Nebiha Necati Necdat Nechifor Necilal Necmettin Necva Nedda Neelima Nefaret Nefiye
Neha Nehip Neil Neill Nejdet Nela Nele Nelli Nellie Nelly Nelson Nenad Neptün Nerea Nereida
Neriban Nerim Nermin Nesfe Nesip Neslinur Nessa Netra Nevaeh Neval Nevenka Nevgin Neville Nevise
Nevsal Nevsale Neyran Nezengül Nezihi Nezize Neşrin Ngaio Ngaire Ngozi Nguyen Niall Niamh
Nicanor Niccolò Nichifor Nichola Nicholas Nichole Nicklas Niclas Nico Nicoară Nicodemo Nicodim
Nicola Nicolae Nicolai Nicolaie Nicolaj Nicolas Nicolasa Nicolaus Nicole Nicoleta Nicoletta
Nicoline Nicolás Nicolò Niculina Nidhi Nidia Nidra Niels Nienke Nieves Nigel Nihai Nihal Nihan
Niharika Niilo Niina Nik Nika Nikau Nikhil Nikita Nikki Niklas Niko Nikodem Nikol Nikola Nikolai
Nikolaj Nikolaos Nikolas Nikolaus Nikolett Nikoletta Nikolina Nikora Nikša Nilcan Nilda Nilima
Nils Nimrat Nina Ninetta Ninioluwa Nino Ninthe Nirgül Nirja Nisha Nitara Nitesh Nives Nixon
Niyazi Niyilolawa Niğmet Nkiruka Nnamdi Nneka Noa Noah Noeleen Noelia Noeline Noelle Noemi Noemí
Noirin Nokuthula Nolan Noleen Nollaig Noman Nomvula Nonso Noor Noora Noortje Nora Norah Norbert
Norberto Noreen Norica Notburga Nour Noura Noé Noémi Noémie Noël Noëlla Noëlle Nuala Nuno Nural
Nuran Nuray Nurbanu Nurcan Nurda Nurdeniz Nuretdin Nurettin Nurey Nurgil Nurhayet Nuria Nuriyet
Nurkan Nurmelek Nurseda Nursim Nurtaç Nurten Nurullah Nurveren Nurşan Nuyan Nydia Nynke Nádia
Nándor Nélida Néstor Nóra Núria Nüdret Nürice Obaid Obdulia Obianuju Obinna Octav Octavia
Octaviana Octavio Octaviu Océane Oda Odalis Odalys Odeline Odette Odhran Odika Odile Odkanlı
Oeshi Ofelia Oganer Ogechi Ogooluwa Oisin Ojasvi Okanay Okbay Okechukwu Okgüçlü Oksana Okseven
Oktüremiş Okyalaz Ola Oladare Oladimeji Olaf Olajumoke Olakunle Olalla Olanrewaju Olansile
Olasunmbo Olav Olavi Oldağ Oldrich Oldřich Ole Olegario Oleksandr Olena Olfert Olga Olgierd
Olimpia Olimpian Olimpiu Oliva Oliver Olivia Olivie Olivier Oliviu Olivér Oliwer Oliwier Ololade
Olu Oluchi Olufunke Olufunmilayo Olumide Olumorotimi Oluwafemi Oluwagbemiga Oluwakemi
Oluwamumibori Oluwamuyiwa Oluwasanmi Oluwasegun Oluwaseun Oluwole Olwen Olívia Omaca Omair Omaja
Omar Omeir Omer Omisha Omkaar Omobobola Omobolanle Omodunni Omolabake Omolara Omosalewa Omotara
Omotayo Omotola Omotoun Omowumi Omran Ondrej Ondřej Ongay Onkar Onofre Onuker Onurcan Onursu
Onveer Onyinye Oona Oonagh Ophélie Oranlı Orazio Oreofe Oreste Orfhlaith Orgün Orhan Oriana
Orinder Orla Orlagh Orlaigh Orlaith Ornella Orsolya Ortak Ortansa Ortrud Ortrun Ortwin Orvokki
Orçin Osama Oskar Oskari Oskár Osman Ossama Ossian Osunleke Osvald Osvaldo Oswald Oswaldo Oswin
Otakar Otfried Othmar Otilia Otmar Ottavio Ottfried Ottilia Ottilie Ottmar Otto Ottokar Ottoline
Ottomar Ottone Ottó Otávio Otília Otýlie Ove Ovidio Ovidiu Oviya Owais Owen Oxana Oyenike
Oyindasola Oymak Ozana Ozansü Ozioma Oğulbaş Oğurata Oğuzman Paavo Pablo Pacífica Padraic
Padraig Padraigh Padraigin Pahal Paige Paker Paksu Pallavi Palle Palmira Paloma Pamela Pamfil
Panagachie Panait Pancho Panfilo Pankrác Paola Paoletta Paolo Paraschiva Paride Parsa Parth
Parvez Pascale Pascual Pascuala Pasqual Pasquale Pastora Patric Patrice Patricia Patricie
Patricija Patricio Patrick Patrik Patrizia Patrizio Patryk Patrícia Paul Paula Paulette Paulica
Pauliina Paulina Pauline Paulino Paulo Paulína Pauric Pavani Pavao Pavel Pavla Pavlína Pavol
Pawel Paweł Payton Peadar Peader Pearce Pearse Peder Pedro Peggy Pehlil Pekka Pekkan Pelayo
Pelle Pellegrino Pembesin Penelope Pentti Pepijn Pepita Pepito Peren Perinur Perla Perlita
Permun Pernilla Pernille Pertti Pervaiz Pesent Petar Pete Peter Petr Petra Petrana Petre Petri
Petrică Petrina Petrona Petronela Petros Petru Petter Petteri Peyton Phelim Phileine Philip
Philipp Philippa Philippe Phillip Philomena Phoebe Phyllis Piaras Piedad Pierangelo Piergiorgio
Piergiuseppe Pierina Pierluigi Piermaria Piero Pierpaolo Pierre Piersanti Pieter Pietra Pietro
Piotr Pippa Pirahmet Piran Pirjo Pirkko Pirmin Piroska Pleun Plinio Plácido Polina Polly Polona
Polonca Pompeo Pompilia Pompiliu Pomponio Poncio Pooja Porfirio Pradeep Prakash Pranav Praneel
Pranit Pratyush Pravoslav Preben Preeti Preston Primitiva Primitivo Prisca Priscila Priscilla
Prisha Priska Priti Priya Priyanka Profira Prokop Prudencia Prudencio Przemysław Puccio
Purificación Pushti Pánfilo Päivi Päivikki Pénélope Péter Pía Pürçek Pătru Přemysl Qaadir Qaasim
Qabeel Qabil Qadar Qadeer Qadim Qahtan Qamar Qanit Qareeb Qarin Qaseem Qasid Qasif Qasim Qatadah
Qawee Quadir Quang Qudamah Quddoos Qudoos Quentin Quinn Quinten Quinty Quique Quirino Qurban
Qusay Qushi Qutaybah Qutub Raaghib Raagini Raahil Raakin Raamis Raamiz Raashid Raatib Rabah
Rabar Rabbaanee Rabbani Rabbiye Rabea Rabee Rabiah Rabih Rabit Rachael Rachana Rachel Rachelle
Rachid Rachit Rachita Radek Radeke Radha Radhee Radhika Radim Radka Radmila Radomír Radoslav
Radoslava Radosław Radovan Radovana Radúz Raees Rael Raewyn Rafael Rafaela Rafan Rafay Rafaël
Rafał Rafee Rafeek Rafeeq Raffael Raffaela Raffaele Raffaella Raffaellino Raffaello Rafi Rafia
Rafih Rafila Rafiq Raghav Ragheb Raghib Ragna Ragnar Ragner Ragnhild Rahat Raheel Raheem Rahel
Rahiye Rahmet Rahul Raija Raili Raimo Raimondo Raimund Raimundo Rainer Raisa Raissa Rajata
Rajesh Rajeshri Rajko Rakesh Rakide Raksha Ralf Ralph Raluca Ramazan Ramesh Ramiro Ramon Ramona
Ramón Ranbir Randall Randi Randolf Rania Ranieri Ranveer Raoul Raphael Raphaela Raphaël Raquel
Rashid Rasmus Rastislav Rasul Raul Rauno Ravi Rawiri Rayaan Rayan Rayla Raymond Raymonde Raymund
Raúl Rebeca Rebecca Rebecka Rebeka Rebekah Rebekka Rebihat Recep Recepali Redmond Reece Refet
Refik Regan Reginald Regine Regitse Regitze Regína Rehaan Rehime Reidun Reijo Reimar Reimer
Reimund Reina Reinald Reinaldo Reine Reiner Reingard Reinhard Reinhardt Reinhart Reinhild
Reinhilde Reinhold Reino Remazan Remedios Remigio Remo Rena Renan Renata Renate Renato Rene
Renee Rengül Renske Renzo Renáta René Renée Resulcan Reuben Revza Reyansh Reyna Reynaldo Reza
Rezin Rezzak Rhavi Rhian Rhianna Rhianne Rhiannon Rhona Rhonda Rhys Ria Ricarda Ricardo Riccardo
Ricciotti Richard Richardt Richárd Rickard Ricky Ridhi Rigmor Riikka Riitta Rik Rikard Rikke
Riley Rina Risalet Rishi Risto Rita Ritva Robbie Robby Robert Roberta Robertina Roberto Robyn
Rocco Rochelle Rochus Rocío Roderich Roderick Rodger Rodica Rodney Rodolfo Rodrigo Rogelio Roger
Rohaan Rohan Rohat Rohit Roise Roisin Rojnu Roksana Roland Rolando Roldán Rolf Romain Romana
Romane Romano Romeo Romina Romolo Romuald Romy Román Ron Ronald Ronaldo Ronan Ronith Ronja Ronke
Ronni Ronnie Ronny Roope Roos Roosa Roque Rory Rosa Rosalba Rosaleen Rosalia Rosalie Rosalina
Rosalind Rosalinda Rosalinde Rosalva Rosalía Rosanna Rosanne Rosarie Rosario Rosaura Roseanna
Rosel Roselinde Roseline Rosemarie Rosenda Rosendo Rosie Rosina Rosita Roslyn Rosmarie Ross
Rossa Rossana Rostislav Roswita Roswitha Rotraud Rotraut Rouven Rowena Roxana Roxane Roxelana
Roy Roza Rozalia Rozalija Rozália Ruairi Ruairí Ruari Ruaridh Ruben Rubén Rudi Rudolf Rudolph
Rudy Rufina Rufino Ruggero Ruggiero Ruhide Ruhsat Ruhugül Rui Rumeysa Ruperta Ruperto Rushil
Russell Rusul Ruthild Ruwaihim Ruxanda Ruxandra Ružena Ružica Ryan Ryder Ryszard Régulo Rémy
Róbert Rómulo Rózsa Rúben Rüdiger Rüknettin Rümeysa Rüşen Răducu Răzvan Rıfkıye Růžena Saabir
Saadat Saadiq Saafir Saahir Saaiq Saajid Saalih Saalim Saanvi Saaqib Saara Saariyah Sabahat
Saban Sabas Sabatino Sabbir Sabeeh Sabih Sabihe Sabil Sabina Sabine Sabiq Sabir Saboor Sabri
Sabrina Sabur Saburah Sabína Sabır Sacha Sachi Sachin Sadan Sadaqat Sadeed Sadeti Sadie Sadittin
Sadiye Safet Safinaz Safta Safura Sahil Sahin Sahir Sairah Saire Sakari Sakip Saksham Sakura
Saleh Salih Salimet Salkın Sally Salma Salome Salomea Salomé Salomón Salud Salurbay Salvatore
Salvi Sam Samahat Samaksh Samama Samanta Samantha Samar Samarth Samesh Sami Samir Samira Sammy
Samu Samuel Samuli Samurtay Sanavber Sanaya Sancak Sancho Sanda Sandalio Sandeep Sandi Sandor
Sandra Sandrine Sandro Sandu Sanja Sanjay Sanna Sanne Sanni Sante Santeri Santino Sanur Sanya
Sançar Saoirse Saood Sara Sarah Sargın Sarina Sarita Sarpkın Sarthak Sarya Sarıcabay Sascha
Sasha Saskia Sathvik Satoshi Satrettin Saturnina Saturnino Satıa Saumya Saundra Savak Saverio
Saveta Savina Savni Saydam Saygın Sayin Sayrak Sayın Sağcan Sağıt Saša Scarlett Scott Seamus
Sean Seana Seanan Seaneen Seanna Sebastiaan Sebastian Sebastiano Sebastijan Sebastián Sebastião
Sebastjan Sebattin Sebigül Seblâ Sedat Sedife Sefer Segilola Segismundo Sehel Seija Sejda
Selaheddin Selatin Selcen Selena Seler Selim Selime Selin Selina Selma Selmin Selvi Selâtin
Selçuk Semat Semender Semenica Semine Semra Semrin Senan Sencar Seniha Senol Senta Seona Seosamh
Seoyeon Sepp Seppo Seracettin Serafina Serda Serena Serezli Serfinaz Sergei Sergej Sergey Sergio
Sergiu Sergius Serhatmehmet Serma Sernur Serol Serpil Servinaz Servác Seth Sevcan Sevdi Sevdinar
Severiano Severin Severina Severino Severo Severín Sevgen Sevginur Sevican Sevim Sevindik Sevla
Sevsevil Seydo Seyfullah Seyithan Seyyide Sezal Sezen Sezginbaş Seçgül Seçme Shaban Shakira
Shana Shane Shania Shanice Shanna Shannan Shannen Shannon Sharlene Sharon Shaun Shauna Shauneen
Shaurya Shawna Shayne Sheamus Sheela Sheelagh Sheena Sheila Shekoni Shelby Shelia Shelley Shelly
Sheree Sheri Sherri Sheryl Shiela Shinead Shirin Shirley Shivani Shivansh Shona Shravya Shreya
Sian Sibel Sibilla Sibille Sibylla Sibylle Sidar Siddharth Siddhartha Sidki Sidonia Sidónia
Siegbert Siegfried Sieghard Sieglinde Siegmar Siegmund Siegrid Siegried Siegrun Siegward Sigfrid
Sigfrido Sigfried Sigge Sigismund Siglinde Sigmar Sigmund Signe Sigrid Sigrun Sigurd Sigvard
Siiri Sijuade Silanur Silas Silja Silje Silke Sille Silva Silvana Silvano Silvester Silvestre
Silvestro Silvia Silvian Silviana Silvie Silvio Silviu Silvo Simber Simen Simeon Similoluwa
Simina Simion Simisola Simon Simona Simone Simonetta Simonne Simten Simão Simón Sina Sinaida
Sindre Sinead Sinică Sinikka Siniša Siobain Sioban Siobhain Siobhan Siobhán Siofra Sione Siper
Sipho Sirap Siriporn Sirkka Sirpa Sisko Sissel Siti Sittik Sivert Sixten Sjoerd Skyla Skylar
Slavica Slavka Slavko Slavomír Slavomíra Slavěna Slawomir Slobodan Sláva Slávka Smaranda Sneha
Snježana Socorro Sofie Sofía Solange Soledad Solma Solveig Solvej Solène Somadina Somtochukwu
Sonad Sondre Songurkan Songül Sonia Sonja Sonnur Sonya Sophia Sophie Soraia Sorana Soraya Sorcha
Sorin Sorina Sosimo Souma Sowande Soydaner Soykan Soykut Soyselçuk Soňa Srečko Stacey Stacie
Stacy Staffan Stan Stana Stanca Stancu Stanislaus Stanislav Stanislava Stanislaw Stanisław
Stanka Stanko Stanley Stavros Stef Stefan Stefani Stefania Stefanie Stefano Steffen Steffi
Steinar Stela Stelian Steliana Stella Stellan Sten Stephan Stephanie Stephany Stephen Sterre
Steve Steven Stewart Stian Stig Stijn Stilla Stina Stine Stjepan Stojan Stuart Sture Stéphane
Stéphanie Subomi Subutiye Sudiksha Suhani Sulhi Sultane Sunay Sunel Sungmin Sunil Sunita Sunniva
Suphi Suresh Susam Susan Susana Susanita Susann Susanna Susannah Susanne Susi Sussanne Sussie
Suzana Suzanne Svante Svatopluk Svatoslav Svea Svein Sven Svenja Svenning Sverre Svetlana
Svetozár Svitlana Svätopluk Světlana Swantje Swati Swen Swetlana Sybilla Sybille Sylke Sylvana
Sylvester Sylvia Sylviane Sylvie Sylvio Sylwia Synnøve Szabolcs Szilveszter Szilvia Szilárd
Szymon Sándor Sára Sânziana Sébastien Sérgio Séverine Sökmen Sönke Sören Söyler Sözer Søren
Sørine Sücaettin Süheyda Sükrü Süleyla Süleyman Sümerya Sümeyye Süner Süsen Süvari Süzer Sırriye
Sıylıhan Taahaa Taahir Taalib Taamir Taanish Taariq Taban Tabassum Tabea Tabish Tabitha Taciddin
Tadeen Tadej Tadeja Tadeo Tadeusz Tadeáš Tadhg Tafazal Tagangül Tage Tahawwur Taheem Tahir
Tahmaseb Tahmeed Tahmid Tahoor Tahseen Taial Taimur Taina Taine Taisir Taisto Tajammal Tajammul
Tajudinn Takashi Talal Talat Talayer Talha Talhah Talib Talibe Tamam Tamanna Tamara Tamati
Tamaydın Tami Tammie Tammy Tamás Tanak Tanay Tanbay Tandoğdu Tane Taneli Tangaroa Tangül Tanhan
Tania Tanish Tanja Tanmayi Tanpınar Tanses Tansev Tansığ Tanveer Tanvi Tanya Tanyolaç Tanyu
Tanır Tapani Tapio Tara Tarak Tarancı Taras Tarfaan Tariq Tarja Tartış Tarzícius Tasha Tassilo
Tasvir Tatiana Tatjana Tauno Tawkeel Tayaydın Taygan Tayla Taylak Taylor Tayyibe Tayyip Taçnur
Taşar Taşkan Teber Tecimer Tecla Teddy Teemu Teerth Tegan Teija Tejas Tekbay Tekecan Tekiner
Tekla Teknaz Teksoy Telemaco Telim Tellervo Telmo Telse Temidayo Temime Temirhan Temistocle
Temitope Temizkal Temuçin Tendai Tenvir Teobaldo Teodor Teodora Teodoro Teodosia Teodosio Teofil
Teohari Teona Tercan Terence Teresa Terese Teresia Teresita Tereza Terezija Terhi Terina Terje
Terlan Terrance Terrence Terri Terry Terttu Teréz Terézia Tessa Tetiana Teuvo Teybet Tezcan
Tezol Teófila Teófilo Thabo Thaddeus Thaddäus Thandi Thanh Thea Theda Thekla Thelma Theo
Theobald Theodor Theodora Theodore Theodoro Theodoros Theresa Therese Theresia Therése Thiago
Thibault Thibaut Thierry Thies Thijmen Thijn Thijs Thilo Thomas Thor Thoralf Thorben Thore
Thorsten Thure Théo Théodore Théophile Thérèse Tiago Tiana Tiare Tiarna Tiarnan Tiberia Tiberiu
Tibor Tiburcio Ticen Tichomír Tiegan Tiernan Tiffany Tiina Tijmen Tijs Tilda Tilen Tillmann
Tilly Tilman Tilmann Tim Timea Timmy Timo Timon Timotei Timotej Timoteo Timothy Timothée
Timurtaş Tina Tindra Tino Tirdad Tirza Tishk Titilayo Titus Tivadar Tiziana Tiziano Tiğin Tjaša
Tobiah Tobias Tobiasz Tobiáš Toby Todd Todor Toivo Toker Toktuğ Tokunbo Toköz Tolonbay Tolulope
Toluwanimi Tom Tomas Tomasa Tomasz Tomaž Tomi Tomislav Tommi Tommy Tomori Tomurcuk Tomás Tomáš
Tonguç Toni Tonia Tonicha Tonino Tonje Tonny Tony Tonya Topias Topuz Toralf Torben Torbjörn
Torbjørn Torgny Torhan Toribio Torill Torquato Torsten Tove Toğan Tracey Traci Tracie Tracy
Traian Traude Traudel Traudl Traugott Traute Travis Treacy Treasa Trevor Tricia Trina Trine
Trini Triona Tripti Tristan Tristán Triveni Triya Troels Trond Trude Trudel Trudi Tuan Tudora
Tudosia Tuija Tullio Tulun Tunahan Tunde Tunguç Tunçboğa Tunçkılıç Tuomas Tuomo Turabi Turcein
Turgut Turid Turlough Turvi Tutkucan Tutkun Tuukka Tuula Tuuli Tuulia Tuulikki Tuyuğ Tuğcan
Tuğrulhan Tuğtaş Tuğçe Tycho Tyler Tymon Tymoteusz Tyrone Tímea Törel Tükelalp Tülay Tülin Tümer
Tümkurt Tünde Türabi Türcan Türkalp Türkan Türkmen Türknur Tüzeer Tüzenur Tınal Ubaadah Ubadah
Ubaid Ubaidah Ubaldo Ubayd Ubaydullah Uberto Ubika Ucchal Uchenna Udant Udarsh Udo Udyati Ufukay
Ugo Ugolino Uhban Ujunwa Ulakbey Ulf Ulfat Uli Ulises Ulla Ullrich Ulrica Ulrich Ulrik Ulrika
Ulrike Ultan Uludağ Uluman Ulutay Uluğbey Umaarah Umair Umang Umar Umberto Ummahani Umman
Umutcan Umuşan Unnati Unni Uolevi Upadhriti Upasna Upkaar Uraltay Urbano Urhan Uriel Urishilla
Urrab Urs Ursel Ursula Urszula Urvashi Urška Uršuľa Uschi Ushan Usman Utkarsh Utkucan Uwe
Uyanser Uygun Uzbay Uzsoy Uçbeyi Uğurkan Uğurtan Vacibe Vadim Vafir Vagn Vahar Vahittin
Vaishnavi Vajèn Valborg Valdemar Valentijn Valentim Valentin Valentina Valentino Valentín
Valentína Valeri Valeria Valerie Valerij Valerija Valerio Valeriu Valero Valeska Valter Valtteri
Valér Valéria Valérie Vamakshi Vanda Vanesa Vanessa Vanja Vansha Vanya Varenya Vargın Varlık
Varsha Varun Varvara Vasana Vasatika Vasco Vasil Vasile Vasilica Vasilică Vassilios Vasudha
Vasyl Vavrinec Vaysal Vecide Vedant Vedat Vedhika Vedika Vedran Veera Veerle Veeti Vefia Vegard
Veijo Veikko Veli Velitdin Venancio Venceslás Vendela Vendelín Vendula Venera Veniamin Venla
Vera Verde Verena Verim Verner Verneri Vernon Veronica Veronika Veronique Verónica Vesna Vezat
Vezrife Vicenta Vicente Vicki Vickie Vicky Victoire Victoriano Victorino Victória Vidar Vidhi
Viera Vieroslava Viggo Vihaan Viivi Vijay Vikram Viktor Viktoria Viktorie Viktorija Viktória
Vildane Vilde Vilgot Vilhelm Vilhelmiina Vilhelmina Vilho Viliam Viljami Viljem Viljo Villads
Ville Vilma Vilmer Vilmos Vilém Vinaya Vince Vincenc Vincent Vincentio Vincenza Vincenzo Vinicio
Vinicius Vinko Vinod Vinzenz Vinícius Violeta Violetta Violette Viorel Viorela Viorica Viraj
Virgilio Virginie Viridiana Virpi Virág Visarion Visitación Vitali Vito Vitor Vittoria Vittorio
Vitória Vivaan Vivek Viveka Vivian Viviana Viviane Vivianne Vivien Vivienne Vjekoslav Vladimir
Vladimír Vladimíra Vladislav Vlado Vlaicu Vlasta Vlastimil Vlădelina Voicu Vojtech Vojtěch
Volker Volkhard Volkmar Volodymyr Vratislav Vratko Vrinda Vrishti Vritti Vuokko Vyanjana Václav
Väinö Véronique Víctor Vít Vítor Vítězslav Víťazoslav Waahid Waail Waajid Wadee Wadood Wafeeq
Wafiq Wahab Wahban Waheed Wahhaab Wahhaaj Waida Waimarie Wakeeta Walburga Waldemar Waldtraut
Walentina Walfried Walli Walter Walther Waltraud Waltraut Waltrud Wanda Wanjiru Warda Warhi
Warinder Warjas Watika Wazir Weena Wenche Wencke Wendelin Wendy Wenke Wenzel Werner Wesley
Wessel Whitney Wibke Widisha Wiebke Wieslaw Wigbert Wikitoria Wiktor Wilfredo Wilfrido Wilfried
Wilfriede Wilhelm Wilhelmina Wilhelmine Wille Willem Willfried Willi William Willibald Willibert
Willie Willy Wilma Wilmer Wiltrud Winfried Winifred Winni Winnie Wiremu Wishi Witold Wladimir
Wojciech Woldemar Wolfgang Wolfhard Wout Wouter Wriddhish Wridesh Wuraola Wyatt Wálter Xalak
Xaver Xavier Xenia Xiaoli Xiaoming Ximena Xiomara Xobeen Xénia Yaa Yaaseen Yachana Yadavi Yadid
Yadigar Yafir Yaghnam Yagnesh Yago Yahvi Yahya Yahyaa Yahşi Yahşikan Yaiza Yalazabay Yalgın
Yaltırak Yalın Yaman Yamar Yameen Yamin Yamini Yan Yanis Yankı Yann Yannick Yannis Yaqeen Yaqoot
Yaqub Yara Yargı Yasaar Yasan Yaseen Yasemen Yasemin Yashasvi Yashawini Yashem Yashica Yashoda
Yashodhara Yashvi Yasin Yasir Yasmin Yasmina Yasmine Yassin Yassine Yasti Yatan Yathrib Yatin
Yauvani Yavuz Yawar Yawer Yayak Yazan Yazeed Yazganalp Yazgül Yağın Yağızkurt Yaşar Yaşattin
Yejide Yekbun Yekda Yelesen Yeneral Yepelek Yeraz Yergha Yertan Yesenia Yesoob Yetişal Yetunde
Yevgeny Yewande Yeşil Yigit Yilmaz Yinthe Ylva Yngve Yochana Yohana Yolal Yolanda Yolande Yoruç
Yoshita Yosma Younes Yousef Youssef Yrsa Yuki Yuko Yulia Yuliana Yuliya Yurdanur Yurdaser Yureed
Yuri Yurtgüven Yurtseven Yurttaş Yusuf Yutika Yuvraj Yvan Yves Yvette Yvonne Yésica Yéssica
Yönetmen Yücel Yücelen Yümun Yıldır Yıldız Yılma Zaafir Zaahid Zaahir Zaakir Zabir Zac Zacarías
Zacharie Zachary Zackariya Zaeem Zafar Zafeer Zafir Zafrul Zahaar Zaharia Zaheer Zahfer Zahid
Zahir Zahra Zahri Zahrun Zahur Zaida Zainab Zaira Zaitra Zakaria Zaliha Zalán Zamfir Zamfira
Zamir Zane Zansi Zara Zarar Zaraza Zarna Zashil Zauqi Zaweel Zayan Zayyan Zayyir Zbigniew Zbyněk
Zdenka Zdenko Zdeněk Zdeňka Zdislava Zdravko Zebirce Zehaan Zehnia Zehra Zehranur Zekayi Zelha
Zeljko Zelma Zemzem Zenia Zennun Zeno Zenobia Zenon Zenovia Zenta Zerafet Zerdad Zeride Zevlüde
Zewad Zeynelabidin Zeynep Zeyno Ziggy Zihni Zikmund Zilfa Zilmil Zimran Zina Zinal Zinnure Zita
Ziyaettin Zlatica Zlatko Zoe Zoey Zofia Zofija Zoltan Zoltán Zora Zoraida Zoral Zoran Zorka Zoé
Zoë Zsanett Zsigmond Zsolt Zsombor Zsuzsanna Zsófia Zubeyde Zuwayhir Zuzana Zvonka Zvonko
Zöhrehan Züfer Züheyla Zülbiye Zülfüye Zülgarni Zümre África Ágata Ágatha Ágnes Águeda Álvaro
Ámbar Ángel Ángela Ángeles Áron Árpád Áurea Âlemşah Ângela Ângelo Åbjørn Åse Çakar Çakırca Çaltı
Çalım Çamok Çapkan Çavuldur Çağdan Çağlar Çağlasın Çağveren Çelem Çelikkan Çelikyürek Çerçi
Çetinsu Çeviköz Çevregül Çilga Çinerk Çisem Çokan Çolpan Çopur Çoğay Çıdal Çıvgın Édgar Édith
Édouard Élisabeth Élise Élodie Éléonore Émile Émilie Érica Étienne Íngrid Íris Ísis Íñigo Óliver
Óscar Ökkaş Öktürk Ömer Ömriye Öncel Öngen Önsal Örfiye Örjan Öryürek Östen Özakan Özalpsan
Özaslan Özbay Özbilek Özbilge Özdal Özdeş Özdil Özdoğdu Özerdinç Özertem Özger Özgün Özgür
Özinal Özkent Özkutlu Özlem Özokçu Özpetek Özpınar Özsözlü Öztek Öztürk Özyurt Özçam Özüdoğru
Øivind Øjvind Øystein Øyvind Úrsula Übeydullah Ülfet Ülküdeş Ülküm Ümmahan Ümmet Ümmühan Ümray
Ünlen Ünsever Ünübol Ürfettin Ürper Üsame Üstün Üçgül Đurđica Ğanim İbrahim İdiris İhsan İklim
İlalmış İlbek İldem İldeş İlkbahar İlkim İlklima İlmafer İlper İlteriş İmren İmrihan İnançlı
İncifir İnsaf İntihap İrfan İslime İsmet İvecen İyiyürek İçimbike İşcan Ľubica Ľubomír Ľubomíra
Ľubor Ľuboslav Ľuboslava Ľuboš Ľudmila Ľudomil Ľudomila Ľudovít Łukasz Şabettin Şadıman Şafii
Şahat Şahdiye Şahinbey Şahinder Şahmettin Şahnuray Şahıgül Şamiha Şanlı Şavki Şayan Şazime
Şefiye Şehamet Şehreban Şehza Şekim Şelâle Şemsettin Şemsinisa Şendoğan Şenkal Şennur Şerafeddin
Şeref Şerman Şevket Şevketfeza Şeyda Şilan Şinasi Şirivan Şuayp Şöhret Şükri Şüküfe Šarlota
Šimon Špela Štefan Štefanija Štefica Štefka Štefánia Štěpán Štěpánka Šárka Žaneta Željka Željko
Želmíra Žigmund Žofia Žofie
    """
)
